import type { RecoveryRequest } from '../../api/types';

const ann = { id: 'p1', name: 'Ann', email: 'ann@example.com' };

/** A recovery request for tests: Ann asks for the whole site. */
export function aRequest(changes: Partial<RecoveryRequest> = {}): RecoveryRequest {
  return {
    id: 'r1',
    connection: 'c1',
    connectionName: 'Production to standby',
    digest: '0000-0000-0000-0000-0000-0000-0000-0000',
    status: 'verifying',
    opened: '2026-11-29T10:00:00Z',
    requester: ann,
    source: { id: 's1', name: 'production', url: 'https://example.atlassian.net' },
    sourceCloud: 'cloud-1',
    standby: { id: 's2', name: 'standby', url: 'https://standby.atlassian.net' },
    standbyCloud: 'cloud-2',
    projects: [],
    needs: [],
    approvals: [],
    confirmations: [],
    denials: [],
    proofs: [],
    ...changes,
  };
}
