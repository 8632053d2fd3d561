import { describe, expect, it } from 'vitest';
import type { Policy } from '../../api/types';
import { SOLO, STANDARD, STRICT } from './fixtures';
import { differences, hoursAt, waitsFor, waitText, type Effect } from './policyChanges';

const effects = (before: Policy, after: Policy) => new Set(differences(before, after).map(({ effect }) => effect));
const only = (changes: Partial<Policy>) => differences(STANDARD, { ...STANDARD, ...changes });

describe('what a policy differs in', () => {
  it('is nothing from itself, in whatever order', () => {
    for (const policy of [STANDARD, STRICT, SOLO]) {
      const other = {
        ...policy,
        acceptedProofs: [...policy.acceptedProofs].reverse(),
        coolDown: [...policy.coolDown].reverse(),
      };
      expect(differences(policy, other)).toEqual([]);
    }
  });

  it('orders the presets by strength', () => {
    expect(effects(STANDARD, STRICT)).toEqual(new Set(['neither', 'stricter']));
    expect(effects(STRICT, STANDARD)).toEqual(new Set(['neither', 'laxer']));
    expect(effects(STANDARD, SOLO)).toEqual(new Set(['neither', 'laxer']));
  });

  const cases: [Partial<Policy>, string, Effect][] = [
    [{ name: 'ours' }, 'It is called ours', 'neither'],
    [{ supportApprovals: 2 }, '2 approvals by support instead of 1', 'stricter'],
    [{ contactConfirmations: 0 }, '0 confirmations by recovery contacts instead of 1', 'laxer'],
    [{ proofs: 2 }, '2 proofs of ownership instead of 1', 'stricter'],
    [{ unlockHours: 25 }, 'An unlock may be used for 25 hours instead of 24', 'laxer'],
    [{ unlockHours: 1 }, 'An unlock may be used for 1 hour instead of 24', 'stricter'],
    [{ requesterConfirms: false }, 'Whoever asks need not confirm any more', 'laxer'],
    [{ passkeys: true }, 'Approvals and confirmations need a passkey', 'stricter'],
    [{ contactsOptional: true }, 'A connection may be made without recovery contacts', 'laxer'],
    [
      { acceptedProofs: ['dns-record', 'source-administrator', 'same-organisation'] },
      'No longer a proof: support’s attestation',
      'stricter',
    ],
    [{ coolDown: [{ fromDays: 0, hours: 4 }] }, 'Connections of 0 days or more wait 4 h instead of 0 h', 'stricter'],
  ];
  it.each(cases)('tells %o', (changes, text, effect) => {
    expect(only(changes)).toEqual([{ text, effect }]);
  });

  it('compares a cool-down at each age, as the server does', () => {
    expect([0, 6, 7, 29, 30, 4_000].map((days) => hoursAt(STRICT, days))).toEqual([24, 24, 4, 4, 0, 0]);
    const flat = { ...STRICT, coolDown: [{ fromDays: 0, hours: 12 }] };
    expect(differences(STRICT, flat)).toEqual([
      { text: 'Connections of 0 days or more wait 12 h instead of 24 h', effect: 'laxer' },
      { text: 'Connections of 7 days or more wait 12 h instead of 4 h', effect: 'stricter' },
      { text: 'Connections of 30 days or more wait 12 h instead of 0 h', effect: 'stricter' },
    ]);
  });
});

describe('whether a change waits', () => {
  it('does where it takes protection away', () => {
    expect(waitsFor(STRICT, STANDARD, 3, 3)).toEqual(['laxer']);
    expect(waitsFor(STANDARD, STRICT, 3, 3)).toEqual([]);
  });

  it('does where any one contact or supporter could block', () => {
    expect(waitsFor(STANDARD, STRICT, 2, 3)).toEqual(['contacts']);
    expect(waitsFor(STANDARD, STRICT, 3, 2)).toEqual(['supporters']);
    expect(waitsFor(STANDARD, STRICT, 0, undefined)).toEqual(['contacts']);
    expect(waitText('contacts', STRICT, 1)).toContain('too few recovery contacts: it needs 2 and 1 counts,');
    expect(waitsFor(SOLO, { ...SOLO, proofs: 1 }, 0, 0)).toEqual([]);
  });
});
