import type { Policy } from '../../api/types';

/** The policies that come with Lifeboat, as the server tells them. */
export const STANDARD: Policy = {
  name: 'standard',
  supportApprovals: 1,
  contactConfirmations: 1,
  requesterConfirms: true,
  proofs: 1,
  acceptedProofs: ['dns-record', 'source-administrator', 'same-organisation', 'attestation'],
  passkeys: false,
  coolDown: [],
  unlockHours: 24,
  contactsOptional: false,
};

export const STRICT: Policy = {
  ...STANDARD,
  name: 'strict',
  supportApprovals: 2,
  contactConfirmations: 2,
  acceptedProofs: ['dns-record', 'source-administrator', 'same-organisation'],
  passkeys: true,
  coolDown: [
    { fromDays: 30, hours: 0 },
    { fromDays: 7, hours: 4 },
    { fromDays: 0, hours: 24 },
  ],
};

export const SOLO: Policy = {
  ...STANDARD,
  name: 'solo (no four-eyes)',
  supportApprovals: 0,
  contactConfirmations: 0,
  requesterConfirms: false,
  proofs: 0,
  contactsOptional: true,
};
