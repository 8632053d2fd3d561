import type { ProofKind } from '../../api/types';

/** What proves that a source belongs to those who ask, in words. */
export const PROOFS: Readonly<Record<ProofKind, string>> = {
  'dns-record': 'DNS record',
  'source-administrator': 'call to the source',
  'same-organisation': 'same organisation',
  attestation: 'support’s attestation',
};
