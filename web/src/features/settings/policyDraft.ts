import type { Policy, ProofKind } from '../../api/types';
import { PROOFS } from '../verification/proofs';

/** One wait of a cool-down, as it is typed. */
export interface Step {
  fromDays: string;
  hours: string;
}

/** A policy as it is typed. */
export interface PolicyDraft {
  name: string;
  supportApprovals: string;
  contactConfirmations: string;
  requesterConfirms: boolean;
  proofs: string;
  acceptedProofs: ProofKind[];
  passkeys: boolean;
  coolDown: Step[];
  unlockHours: string;
  contactsOptional: boolean;
}

/** What is typed, if it is a policy, and what is wrong with it by the server's names of the fields. */
export interface Typed {
  policy: Policy | undefined;
  wrong: Readonly<Wrongs>;
}

type Wrongs = Partial<Record<string, string>>;

/** All kinds of proof, in the order in which they are shown. */
export const PROOF_KINDS = Object.keys(PROOFS) as ProofKind[];

export function draftOf(policy: Policy): PolicyDraft {
  return {
    ...policy,
    supportApprovals: String(policy.supportApprovals),
    contactConfirmations: String(policy.contactConfirmations),
    proofs: String(policy.proofs),
    coolDown: policy.coolDown.map(({ fromDays, hours }) => ({ fromDays: String(fromDays), hours: String(hours) })),
    unlockHours: String(policy.unlockHours),
  };
}

/** The policy that was typed. A preset's name stands for that preset alone. */
export function policyOf(draft: PolicyDraft, presets: Policy[]): Typed {
  const wrong: Wrongs = {};
  const whole = (field: string, text: string, least: number, most: number) => {
    const number = /^\d{1,4}$/.test(text.trim()) ? Number(text.trim()) : NaN;
    if (!(number >= least && number <= most)) wrong[field] = `A number from ${String(least)} to ${String(most)}.`;
    return number;
  };
  const policy: Policy = {
    ...draft,
    name: draft.name.trim(),
    supportApprovals: whole('supportApprovals', draft.supportApprovals, 0, 10),
    contactConfirmations: whole('contactConfirmations', draft.contactConfirmations, 0, 7),
    proofs: whole('proofs', draft.proofs, 0, 4),
    coolDown: draft.coolDown.map((step, place) => ({
      fromDays: whole(`coolDown[${String(place)}].fromDays`, step.fromDays, 0, 3_650),
      hours: whole(`coolDown[${String(place)}].hours`, step.hours, 0, 48),
    })),
    unlockHours: whole('unlockHours', draft.unlockHours, 1, 72),
  };
  if (Object.keys(wrong).length === 0) Object.assign(wrong, contradictions(policy, presets));
  return { policy: Object.keys(wrong).length === 0 ? policy : undefined, wrong };
}

/** What cannot be of values that each could be. */
function contradictions(policy: Policy, presets: Policy[]): Wrongs {
  const wrong: Wrongs = {};
  const namesake = presets.find(({ name }) => name.toLowerCase() === policy.name.toLowerCase());
  if (policy.name === '') wrong.name = 'A policy has a name.';
  if (namesake && !isSame(namesake, policy)) {
    wrong.name = 'A policy that comes with Lifeboat has this name, and asks for something else. Choose another name.';
  }
  if (policy.proofs > policy.acceptedProofs.length) wrong.proofs = 'More proofs than kinds that are accepted.';
  policy.coolDown.forEach(({ fromDays }, place) => {
    const isFirst = policy.coolDown.findIndex((step) => step.fromDays === fromDays) === place;
    if (!isFirst) wrong[`coolDown[${String(place)}].fromDays`] = 'Another wait begins at this age.';
  });
  return wrong;
}

/** Whether two policies ask for the same under the same name. */
export function isSame(one: Policy, other: Policy): boolean {
  const plain = (policy: Policy) => ({
    ...policy,
    acceptedProofs: PROOF_KINDS.filter((kind) => policy.acceptedProofs.includes(kind)),
    coolDown: [...policy.coolDown]
      .sort((a, b) => a.fromDays - b.fromDays)
      .map(({ fromDays, hours }) => [fromDays, hours]),
  });
  const [a, b] = [plain(one), plain(other)] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys(a).every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));
}
