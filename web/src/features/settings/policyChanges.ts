import type { Policy } from '../../api/types';
import { plural } from '../../lib/words';
import { PROOFS } from '../verification/proofs';

/** Whether a recovery becomes harder by a change, easier, or neither. */
export type Effect = 'stricter' | 'laxer' | 'neither';

/** One respect in which a policy differs from another. */
export interface Difference {
  text: string;
  effect: Effect;
}

/** Why a change of policy waits for contacts or for time. */
export type Wait = 'laxer' | 'contacts' | 'supporters';

/** How `after` differs from `before`, in words. */
export function differences(before: Policy, after: Policy): Difference[] {
  return [
    ...(before.name === after.name ? [] : [{ text: `It is called ${after.name}`, effect: 'neither' as const }]),
    ...numbers(before, after),
    ...proofs(before, after),
    ...switches(before, after),
    ...coolDowns(before, after),
  ];
}

/** Why the server lets a change wait; nothing if it is in force at once. How many supporters there are may not be known. */
export function waitsFor(before: Policy, after: Policy, counting: number, supporters: number | undefined): Wait[] {
  const waits: Wait[] = [];
  if (differences(before, after).some(({ effect }) => effect === 'laxer')) waits.push('laxer');
  if (after.contactConfirmations > 0 && counting <= after.contactConfirmations) waits.push('contacts');
  if (supporters !== undefined && after.supportApprovals > 0 && supporters <= after.supportApprovals) {
    waits.push('supporters');
  }
  return waits;
}

/** Why it waits, in words. */
export function waitText(wait: Wait, after: Policy, counting: number): string {
  const blocks = 'so that each who is missing would block a recovery.';
  switch (wait) {
    case 'laxer':
      return 'It takes protection away.';
    case 'contacts':
      return `There are too few recovery contacts: it needs ${String(after.contactConfirmations)} and ${String(counting)} ${counting === 1 ? 'counts' : 'count'}, ${blocks} Name more first: one counts a week after being named.`;
    case 'supporters':
      return `There are too few supporters: it needs ${String(after.supportApprovals)} and there are not more, ${blocks}`;
  }
}

/** For how many hours a connection of this age waits. */
export function hoursAt(policy: Pick<Policy, 'coolDown'>, days: number): number {
  const reached = policy.coolDown.filter(({ fromDays }) => fromDays <= days);
  return reached.sort((a, b) => a.fromDays - b.fromDays).at(-1)?.hours ?? 0;
}

function numbers(before: Policy, after: Policy): Difference[] {
  const more = (was: number, is: number, text: string): Difference[] =>
    was === is ? [] : [{ text: `${text} instead of ${String(was)}`, effect: is > was ? 'stricter' : 'laxer' }];
  return [
    ...more(
      before.supportApprovals,
      after.supportApprovals,
      plural(after.supportApprovals, 'approval by support', 'approvals by support'),
    ),
    ...more(
      before.contactConfirmations,
      after.contactConfirmations,
      plural(after.contactConfirmations, 'confirmation by a recovery contact', 'confirmations by recovery contacts'),
    ),
    ...more(before.proofs, after.proofs, plural(after.proofs, 'proof of ownership', 'proofs of ownership')),
    ...more(-before.unlockHours, -after.unlockHours, '').map(({ effect }) => ({
      text: `An unlock may be used for ${plural(after.unlockHours, 'hour')} instead of ${String(before.unlockHours)}`,
      effect,
    })),
  ];
}

function proofs(before: Policy, after: Policy): Difference[] {
  const [had, has] = [before.acceptedProofs, after.acceptedProofs];
  const gone = had.filter((proof) => !has.includes(proof));
  const come = has.filter((proof) => !had.includes(proof));
  return [
    ...gone.map((proof): Difference => ({ text: `No longer a proof: ${PROOFS[proof]}`, effect: 'stricter' })),
    ...come.map((proof): Difference => ({ text: `A proof, too: ${PROOFS[proof]}`, effect: 'laxer' })),
  ];
}

function switches(before: Policy, after: Policy): Difference[] {
  const turned = (was: boolean, is: boolean, [yes, no]: [string, string], whenOn: Effect, whenOff: Effect) =>
    was === is ? [] : [{ text: is ? yes : no, effect: is ? whenOn : whenOff }];
  const asked: [string, string] = ['Whoever asks confirms by a code, too', 'Whoever asks need not confirm any more'];
  const passkeys: [string, string] = ['Approvals and confirmations need a passkey', 'Passwords suffice'];
  const contacts: [string, string] = [
    'A connection may be made without recovery contacts',
    'A connection is only made where there are recovery contacts',
  ];
  return [
    ...turned(before.requesterConfirms, after.requesterConfirms, asked, 'stricter', 'laxer'),
    ...turned(before.passkeys, after.passkeys, passkeys, 'stricter', 'laxer'),
    ...turned(before.contactsOptional, after.contactsOptional, contacts, 'laxer', 'stricter'),
  ];
}

/** At each age at which either policy begins another wait. */
function coolDowns(before: Policy, after: Policy): Difference[] {
  const begins = [0, ...[...before.coolDown, ...after.coolDown].map(({ fromDays }) => fromDays)];
  const ages = [...new Set(begins)].sort((a, b) => a - b);
  return ages.flatMap((age): Difference[] => {
    const [was, is] = [hoursAt(before, age), hoursAt(after, age)];
    if (was === is) return [];
    const text = `Connections of ${plural(age, 'day')} or more wait ${String(is)} h instead of ${String(was)} h`;
    return [{ text, effect: is > was ? 'stricter' : 'laxer' }];
  });
}
