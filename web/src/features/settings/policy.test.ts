import { expect, it } from 'vitest';
import type { Policy } from '../../api/types';
import { policyLines } from './policy';

const standard: Policy = {
  name: 'standard',
  supportApprovals: 1,
  contactConfirmations: 1,
  requesterConfirms: true,
  proofs: 1,
  acceptedProofs: ['dns-record', 'attestation'],
  passkeys: false,
  coolDown: [],
  unlockHours: 24,
  contactsOptional: false,
};

it('says what it takes, and where one person does all', () => {
  expect(policyLines(standard)).toContain('1 proof of ownership: DNS record, support’s attestation');
  expect(policyLines({ ...standard, supportApprovals: 0 })[0]).toContain('no four-eyes');
  expect(
    policyLines({
      ...standard,
      coolDown: [
        { fromDays: 0, hours: 24 },
        { fromDays: 30, hours: 0 },
      ],
    }),
  ).toContain('Connections of 0 days or more wait 24 h');
});
