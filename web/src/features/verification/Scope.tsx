import type { RecoveryRequest, SiteRef } from '../../api/types';
import { personText } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import styles from '../../ui/ui.module.css';

/** What is being unlocked, in full: nobody vouches for what they did not see. */
export function Scope({ request }: { request: RecoveryRequest }) {
  const { requester, projects, point } = request;
  return (
    <Facts
      of={[
        ['Status', <Status key="s" of={request.status} />],
        ['Connection', request.connectionName],
        ['Asked for by', personText(requester)],
        ['Asked', <Time key="t" at={request.opened} isInline />],
        ['From', <WholeSite key="f" site={request.source} cloud={request.sourceCloud} />],
        ['Onto', <WholeSite key="o" site={request.standby} cloud={request.standbyCloud} />],
        ['Recovery point', point ? `No. ${point}` : 'The newest one when it starts'],
        ['Spaces (projects)', projects.length > 0 ? projects.join(', ') : 'All of the site'],
        ['Digest', <code key="d">{request.digest}</code>],
        ['Unlocked', request.unlocked ? <Time key="u" at={request.unlocked} isInline /> : undefined],
        ['Closed', request.closed ? <Time key="c" at={request.closed} isInline /> : undefined],
      ]}
    />
  );
}

function WholeSite({ site, cloud }: { site: SiteRef; cloud: string }) {
  return (
    <>
      {site.name}, {site.url}
      <span className={`${styles.small ?? ''} ${styles.block ?? ''}`}>cloudId {cloud}</span>
    </>
  );
}
