import type { Connection } from '../../api/types';

/** What can be done with a connection from its menu. */
export type Deed =
  | 'recover'
  | 'see-request'
  | 'activate'
  | 'take-token'
  | 'check-token'
  | 'reset'
  | 'confirm-pending'
  | 'object'
  | 'release'
  | 'rename'
  | 'suspend'
  | 'vote'
  | 'resume'
  | 'revoke'
  | 'deactivate';

export interface Item {
  deed: Deed;
  text: string;
  isLocked?: boolean;
}

const OPEN = ['verifying', 'cooling', 'unlocked', 'running', 'paused'];

/** Whether a recovery request over it is open. */
export function isOpen(request: string | null | undefined): boolean {
  return request !== null && request !== undefined && OPEN.includes(request);
}

/** Whether its token may be exchanged at once: nobody ever activated it, and for a pull it is young. */
export function isRefresh({ kind, status, token }: Connection, now: Date): boolean {
  if (kind !== 'disaster-recovery') return status === 'issued';
  return Boolean(token.refreshableUntil) && now < new Date(token.refreshableUntil ?? 0);
}

/** What somebody can do with a connection now, in the menu's order. */
export function menuOf(connection: Connection, may: (action: string) => boolean, now: Date): Item[] {
  const { status, kind, pending, token } = connection;
  const isPull = kind === 'disaster-recovery';
  const isActive = status === 'active';
  const isIssued = status === 'issued';
  const isSuspended = status === 'suspended';
  const lives = status !== 'revoked';
  const item = (deed: Deed, text: string, action: string, when: boolean): Item[] =>
    when && may(action) ? [{ deed, text }] : [];
  const recover: Item[] =
    isPull && isActive && (may('recovery.start') || may('request.open'))
      ? [{ deed: 'recover', text: 'Recover site', isLocked: connection.locked }]
      : [];
  return [
    ...recover,
    ...item('see-request', 'See the request', 'request.read', isOpen(connection.request)),
    ...item('activate', 'Activate', 'connection.activate', isIssued && !token.awaited),
    ...item('take-token', 'Take the new token', 'connection.issue-token', token.awaited && lives),
    ...item('check-token', 'Check token', 'connection.check-token', lives && !token.awaited),
    ...item(
      'reset',
      isRefresh(connection, now) ? 'Refresh token' : 'Reset token',
      'connection.ask',
      (isPull ? lives : isIssued) && !pending && !token.awaited,
    ),
    ...item('confirm-pending', 'Confirm what was asked', 'connection.confirm-pending', Boolean(pending)),
    ...item('object', 'Object to what was asked', 'connection.cancel-pending', Boolean(pending)),
    ...item('release', 'Release connection', 'connection.release', isPull && isActive),
    ...item('rename', 'Rename', 'connection.rename', lives),
    ...item('vote', 'Vote to take it up again', 'connection.vote-resume', isSuspended),
    ...item('resume', 'Take it up again', 'connection.resume', isSuspended),
    ...item('suspend', 'Suspend', 'connection.suspend', isPull && (isActive || isIssued)),
    ...item('deactivate', 'Deactivate', 'connection.deactivate', !isPull && lives),
    ...item('revoke', 'Revoke', 'connection.ask', isPull && lives && !pending),
  ];
}
