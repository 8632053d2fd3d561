import type { Contact, Me, RecoveryRequest } from '../../api/types';

/** What somebody is to a request: nobody vouches for themselves. */
export interface Standing {
  isRequester: boolean;
  isContact: boolean;
  /** Whether they confirmed it already. */
  hasConfirmed: boolean;
  hasApproved: boolean;
}

export function standingOf(me: Pick<Me, 'id'>, request: RecoveryRequest, contacts: Contact[]): Standing {
  const isMe = ({ by }: { by: { id: string } }) => by.id === me.id;
  return {
    isRequester: request.requester.id === me.id,
    isContact: contacts.some(({ person }) => person.id === me.id),
    hasConfirmed: request.confirmations.some(isMe),
    hasApproved: request.approvals.some(isMe),
  };
}

/** Whether people can still say something to it. */
export function isWaiting({ status }: Pick<RecoveryRequest, 'status'>): boolean {
  return status === 'verifying' || status === 'cooling';
}

/** Whether it can still be stopped. */
export function isStoppable({ status }: Pick<RecoveryRequest, 'status'>): boolean {
  return ['verifying', 'cooling', 'unlocked', 'running', 'paused'].includes(status);
}

/** The requests that wait for people, the oldest first, then the others, the newest first. */
export function queue(requests: RecoveryRequest[]): { waiting: RecoveryRequest[]; others: RecoveryRequest[] } {
  const age = (request: RecoveryRequest) => Date.parse(request.opened);
  return {
    waiting: requests.filter(isWaiting).sort((a, b) => age(a) - age(b)),
    others: requests.filter((request) => !isWaiting(request)).sort((a, b) => age(b) - age(a)),
  };
}
