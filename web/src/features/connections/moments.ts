import type { Connection, RecoveryRequest } from '../../api/types';
import { title } from '../../lib/words';

export interface Moment {
  at: string;
  what: string;
  by?: string | undefined;
}

/** What happened to a connection and its latest request, the newest first. */
export function timelineOf(connection: Connection, request: RecoveryRequest | null | undefined): Moment[] {
  const { pending, suspension, token } = connection;
  const moments: (Moment | undefined)[] = [
    { at: connection.made, what: 'Made; its recovery token was shown once', by: connection.madeBy.name },
    moment(
      connection.activated,
      `Activated on ${connection.standby?.name ?? 'a standby'}`,
      connection.activatedBy?.name,
    ),
    moment(token.checked, 'Token checked: it can be found'),
    moment(pending?.asked, `${title(pending?.operation ?? '')} asked for`, pending?.askedBy.name),
    moment(suspension?.at, 'Suspended', suspension ? (suspension.by?.name ?? 'its token was used a second time') : ''),
    ...(request ? ofRequest(request) : []),
  ];
  // What happened within one moment is told in its order, the last first.
  return moments
    .filter((known) => known !== undefined)
    .reverse()
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function ofRequest(request: RecoveryRequest): (Moment | undefined)[] {
  const said = (what: string) => (one: { at: string; by: { name: string } }) => ({ at: one.at, what, by: one.by.name });
  return [
    { at: request.opened, what: 'Recovery asked for', by: request.requester.name },
    ...request.confirmations.map(said('Request confirmed by code')),
    ...request.proofs.map(said('Ownership of the source proven')),
    ...request.approvals.map(said('Request approved by support')),
    ...request.denials.map(said('Request denied by support')),
    moment(request.coolingSince, 'Cool-down began'),
    moment(request.unlocked, 'Unlocked'),
    moment(request.closed, `Request closed: ${request.status}`),
  ];
}

function moment(at: string | null | undefined, what: string, by?: string): Moment | undefined {
  return at ? { at, what, by } : undefined;
}
