import { describe, expect, it } from 'vitest';
import { SOLO, STANDARD, STRICT } from './fixtures';
import { draftOf, isSame, policyOf, type PolicyDraft } from './policyDraft';

const PRESETS = [STANDARD, STRICT, SOLO];
const typed = (changes: Partial<PolicyDraft>) => policyOf({ ...draftOf(STANDARD), name: 'ours', ...changes }, PRESETS);

describe('what is typed', () => {
  it('is the policy that it began with', () => {
    for (const preset of PRESETS) expect(policyOf(draftOf(preset), PRESETS)).toEqual({ policy: preset, wrong: {} });
  });

  it('is taken as numbers, without what stands around them', () => {
    const { policy } = typed({ name: ' ours ', supportApprovals: ' 2 ', coolDown: [{ fromDays: '7', hours: '04' }] });
    expect(policy).toMatchObject({ name: 'ours', supportApprovals: 2, coolDown: [{ fromDays: 7, hours: 4 }] });
  });

  it.each<[Partial<PolicyDraft>, string]>([
    [{ name: '  ' }, 'name'],
    [{ supportApprovals: '11' }, 'supportApprovals'],
    [{ contactConfirmations: '-1' }, 'contactConfirmations'],
    [{ contactConfirmations: '' }, 'contactConfirmations'],
    [{ proofs: '1.5' }, 'proofs'],
    [{ proofs: '2', acceptedProofs: ['dns-record'] }, 'proofs'],
    [{ unlockHours: '0' }, 'unlockHours'],
    [{ unlockHours: '73' }, 'unlockHours'],
    [{ coolDown: [{ fromDays: '0', hours: '49' }] }, 'coolDown[0].hours'],
    [{ coolDown: [{ fromDays: 'x', hours: '4' }] }, 'coolDown[0].fromDays'],
  ])('is told beside its field where it cannot be: %o', (changes, field) => {
    const { policy, wrong } = typed(changes);
    expect(policy).toBeUndefined();
    expect(Object.keys(wrong)).toEqual([field]);
  });

  it('has one wait for each age', () => {
    const wait = { fromDays: '7', hours: '4' };
    expect(Object.keys(typed({ coolDown: [wait, { ...wait, hours: '8' }] }).wrong)).toEqual(['coolDown[1].fromDays']);
  });

  it('has a preset’s name only where it is that preset', () => {
    expect(typed({ name: 'Strict' }).wrong.name).toContain('comes with Lifeboat');
    expect(typed({ name: 'standard' }).policy).toEqual(STANDARD);
  });
});

it('compares policies without regard to order', () => {
  const turned = { ...STRICT, coolDown: [...STRICT.coolDown].reverse() };
  expect(isSame(STRICT, turned)).toBe(true);
  expect(isSame(STRICT, { ...STRICT, passkeys: false })).toBe(false);
});
