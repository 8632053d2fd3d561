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
const A_DAY = 24 * 3_600_000;

/** Whether a recovery request over it is open. */
export function isOpen(request: string | null | undefined): boolean {
  return request !== null && request !== undefined && OPEN.includes(request);
}

/** Whether its token may be exchanged at once: it was never activated, and is young (row 6 of the table of states). */
export function isRefresh(connection: Connection, now: Date): boolean {
  const age = now.getTime() - new Date(connection.made).getTime();
  return connection.status === 'issued' && !connection.activated && connection.token.generation === 0 && age < A_DAY;
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
      lives && !pending && !token.awaited,
    ),
    ...item('confirm-pending', 'Confirm what was asked', 'connection.confirm-pending', Boolean(pending)),
    ...item('object', 'Object to what was asked', 'connection.cancel-pending', Boolean(pending)),
    ...item('release', 'Release connection', 'connection.release', isPull && isActive),
    ...item('rename', 'Rename', 'connection.rename', lives),
    ...item('vote', 'Vote to take it up again', 'connection.vote-resume', isSuspended),
    ...item('resume', 'Take it up again', 'connection.resume', isSuspended),
    ...item('suspend', 'Suspend', 'connection.suspend', isActive || isIssued),
    ...item('deactivate', 'Deactivate', 'connection.deactivate', !isPull && isActive),
    ...item('revoke', 'Revoke', 'connection.ask', lives && !pending),
  ];
}
