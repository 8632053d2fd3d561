import type { Connection } from '../../api/types';

/** A connection for tests: active, made and activated on one day. */
export function aConnection(changes: Partial<Connection> = {}): Connection {
  const ann = { id: 'p1', name: 'Ann', email: 'ann@example.com' };
  return {
    id: 'c1',
    name: 'Production to standby',
    kind: 'disaster-recovery',
    appliesTo: { issueData: true, configuration: true, assets: true },
    source: { id: 's1', name: 'production', url: 'https://example.atlassian.net' },
    standby: { id: 's2', name: 'standby', url: 'https://standby.atlassian.net' },
    status: 'active',
    shownStatus: 'Active',
    locked: true,
    made: '2026-11-01T10:00:00Z',
    madeBy: ann,
    activated: '2026-11-01T11:00:00Z',
    activatedBy: ann,
    token: { id: 'abcdefghijkl', generation: 0, awaited: false, checkDue: '2027-01-30T10:00:00Z' },
    barred: [],
    needs: [],
    ...changes,
  };
}
