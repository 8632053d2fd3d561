import { api, body } from '../../api/client';
import type { Connection } from '../../api/types';

const to = (connection: string) => ({ params: { path: { connection } } });

/** What is done with a connection and needs nothing more than a yes. */
export const deeds = {
  reset: (id: string) => body(api.POST('/api/v1/connections/{connection}/reset', to(id))),
  revoke: (id: string) => body(api.POST('/api/v1/connections/{connection}/revocation', to(id))),
  suspend: (id: string) => body(api.POST('/api/v1/connections/{connection}/suspension', to(id))),
  vote: (id: string) => body(api.POST('/api/v1/connections/{connection}/vote', to(id))),
  resume: (id: string) => body(api.POST('/api/v1/connections/{connection}/resumption', to(id))),
  deactivate: (id: string) => body(api.POST('/api/v1/connections/{connection}/deactivation', to(id))),
  object: (id: string) => body(api.POST('/api/v1/connections/{connection}/objection', to(id))),
  'confirm-pending': (id: string) => body(api.POST('/api/v1/connections/{connection}/confirmation', to(id))),
} satisfies Record<string, (id: string) => Promise<Connection>>;

export type PlainDeed = keyof typeof deeds;

/** How a deed is asked for before it is done. */
interface Question {
  title: string;
  text: string;
  button: string;
  said: string;
  isDanger?: boolean;
}

/** The questions before deeds, in the product's words. */
export function questionOf(deed: PlainDeed, connection: Connection, isRefresh: boolean): Question {
  const pending = connection.pending?.operation ?? 'change';
  switch (deed) {
    case 'reset':
      return isRefresh
        ? {
            title: 'Refresh token',
            text: 'A new recovery token is made, and the old one dies at once. The new one is shown once.',
            button: 'Refresh token',
            said: 'The old token is dead',
          }
        : {
            title: 'Reset token',
            text:
              'For a token that is lost. The same connection gets a new token, which must be activated again. ' +
              'Recovery contacts confirm it, or three days pass in which nobody objects. Everybody concerned is told.',
            button: 'Ask for the reset',
            said: 'The reset was asked for',
          };
    case 'revoke':
      return {
        title: 'Revoke connection',
        text:
          'It ends for good: nothing can ever be recovered over it again. Recovery contacts confirm it, ' +
          'or three days pass in which nobody objects. Everybody concerned is told.',
        button: 'Ask for the revocation',
        said: 'The revocation was asked for',
        isDanger: true,
      };
    case 'suspend':
      return {
        title: 'Suspend connection',
        text:
          'It stops at once: a recovery over it stands still within five seconds and reads nothing any more. ' +
          'It takes a contact’s vote to take it up again.',
        button: 'Suspend',
        said: 'The connection is suspended',
        isDanger: true,
      };
    case 'vote':
      return {
        title: 'Vote to take it up again',
        text: 'One contact’s vote lets a source administrator take the connection up again; two votes suffice alone.',
        button: 'Vote',
        said: 'Your vote counts',
      };
    case 'resume':
      return {
        title: 'Take it up again',
        text: 'The connection is active again if it was bound to a standby. A recovery that stood still may go on.',
        button: 'Take it up again',
        said: 'The connection was taken up again',
      };
    case 'deactivate':
      return {
        title: 'Deactivate connection',
        text: 'Nothing can be pushed over it any more. This cannot be undone: make a new connection instead.',
        button: 'Deactivate',
        said: 'The connection is deactivated',
        isDanger: true,
      };
    case 'object':
      return {
        title: 'Object',
        text: `The ${pending} that was asked for does not happen. Everybody concerned is told.`,
        button: 'Object',
        said: `The ${pending} will not happen`,
      };
    case 'confirm-pending':
      return {
        title: 'Confirm',
        text: `You confirm, as a recovery contact, that the ${pending} is right. Once enough contacts do, it takes effect.`,
        button: 'Confirm',
        said: 'You confirmed it',
      };
  }
}
