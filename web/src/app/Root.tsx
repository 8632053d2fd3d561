import Spinner from '@atlaskit/spinner';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { queries } from '../api/queries';
import { isInJira } from '../api/transport';
import { Outside } from '../features/account/Outside';
import { SignIn } from '../features/account/SignIn';
import { Trouble } from '../ui/Loaded';
import { Shell } from './Shell';

/** Whoever is signed in sees the page of this address, anybody else signs in first; an invitation needs nobody. */
export function Root() {
  const { pathname } = useLocation();
  if (pathname === '/join') return <Outlet />;
  return <SignedIn />;
}

function SignedIn() {
  const session = useQuery(queries.session());
  if (session.data === null) return isInJira ? <Unknown /> : <SignIn />;
  if (session.data) {
    return (
      <Shell>
        <Outlet />
      </Shell>
    );
  }
  return (
    <main style={{ padding: 'var(--ds-space-800)', textAlign: 'center' }}>
      <h1 hidden>Lifeboat</h1>
      {session.error ? (
        <Trouble error={session.error} again={() => void session.refetch()} />
      ) : (
        <Spinner label="Loading" />
      )}
    </main>
  );
}

/** In Jira one is signed in as whoever uses Jira; there is nothing to type. */
function Unknown() {
  return (
    <Outside title="Lifeboat does not know you">
      <p>
        You need to administer this Jira site, and to be a member of this Lifeboat with the e-mail address that you have
        in Jira. An owner adds members under Settings.
      </p>
    </Outside>
  );
}
