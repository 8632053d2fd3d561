import type { Connection } from '../../api/types';
import { title } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Time } from '../../ui/Time';
import { ConnectionStatus } from './ConnectionStatus';
import { appliesWords, SiteName } from './parts';

/** What is known of a connection; never its token. */
export function ConnectionFacts({ connection }: { connection: Connection }) {
  const { kind, source, standby, token, activated, activatedBy, made, madeBy } = connection;
  const isPull = kind === 'disaster-recovery';
  return (
    <Facts
      of={[
        ['Status', <ConnectionStatus key="s" connection={connection} />],
        ['Kind', isPull ? 'Disaster recovery (pull)' : 'Cross-site (push)'],
        ['Applies to', title(appliesWords(connection.appliesTo))],
        [isPull ? 'Source' : 'Initiator site', <SiteName key="n" site={source} />],
        [isPull ? 'Standby' : 'Authenticator site', standby ? <SiteName key="b" site={standby} /> : 'None yet'],
        ['Made', <By key="m" at={made} who={madeBy.name} />],
        ['Activated', activated ? <By key="a" at={activated} who={activatedBy?.name ?? '?'} /> : undefined],
        ['Token fingerprint', <code key="t">{token.id}</code>],
        ['Tokens before it', token.generation],
        ['Token checked', token.checked ? <Time key="c" at={token.checked} isInline /> : 'Never'],
        ['Next token check', token.checkDue ? <Time key="d" at={token.checkDue} isInline /> : undefined],
        ['Token expires', token.expires ? <Time key="e" at={token.expires} isInline /> : 'Never'],
      ]}
    />
  );
}

function By({ at, who }: { at: string; who: string }) {
  return (
    <>
      <Time at={at} isInline /> by {who}
    </>
  );
}
