import type { Me } from '../api/types';

export interface Entry {
  to: string;
  text: string;
}

const ENTRIES: (Entry & { action: string })[] = [
  { to: '/connections', text: 'Recovery connections', action: 'connection.read' },
  { to: '/sites', text: 'Sites & backups', action: 'site.read' },
  { to: '/points', text: 'Recovery points', action: 'point.read' },
  { to: '/recoveries', text: 'Recoveries', action: 'recovery.read' },
  { to: '/audit', text: 'Audit log', action: 'audit.read' },
];

/** The pages that somebody can see, in their order. */
export function entries({ actions }: Pick<Me, 'actions'>): Entry[] {
  const seen: Entry[] = ENTRIES.filter(({ action }) => actions.includes(action));
  if (actions.includes('request.approve')) seen.push({ to: '/verification', text: 'Support verification' });
  else if (actions.includes('request.veto')) seen.push({ to: '/verification', text: 'Recovery requests' });
  return [...seen, { to: '/settings', text: 'Settings' }];
}
