import type { Policy } from '../../api/types';
import { plural } from '../../lib/words';
import { PROOFS } from '../verification/proofs';

/** What a policy asks for, in lines. */
export function policyLines(policy: Policy): string[] {
  const { acceptedProofs, contactConfirmations, coolDown, proofs, supportApprovals, unlockHours } = policy;
  return [
    supportApprovals === 0
      ? 'No approval by support: one person does all, no four-eyes'
      : plural(supportApprovals, 'approval by support', 'approvals by support'),
    plural(contactConfirmations, 'confirmation by a recovery contact', 'confirmations by recovery contacts'),
    policy.requesterConfirms ? 'Whoever asks confirms by a code, too' : 'Whoever asks need not confirm',
    `${plural(proofs, 'proof of ownership', 'proofs of ownership')}${proofs > 0 ? `: ${acceptedProofs.map((proof) => PROOFS[proof]).join(', ')}` : ''}`,
    policy.passkeys ? 'Approvals and confirmations need a passkey' : 'Passwords suffice',
    ...coolDown
      .filter(({ hours }) => hours > 0)
      .map(({ fromDays, hours }) => `Connections of ${fromDays} days or more wait ${hours} h`),
    `An unlock may be used for ${plural(unlockHours, 'hour')}`,
  ];
}
