import type { Connection } from '../../api/types';

/** What a site is in its connections. */
export function rolesOf(site: string, connections: Connection[]): string[] {
  const living = connections.filter(({ status }) => status !== 'revoked');
  const roles: string[] = [];
  if (living.some(({ kind, source }) => kind === 'disaster-recovery' && source.id === site)) roles.push('Source');
  if (living.some(({ kind, standby }) => kind === 'disaster-recovery' && standby?.id === site)) roles.push('Standby');
  if (living.some(({ kind, source, standby }) => kind === 'cross-site' && [source.id, standby?.id].includes(site))) {
    roles.push('Cross-site');
  }
  return roles;
}
