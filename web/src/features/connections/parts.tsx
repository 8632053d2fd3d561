import type { AppliesTo, Connection, SiteRef } from '../../api/types';
import { host } from '../../lib/words';
import styles from './connections.module.css';

const DATA: [keyof AppliesTo, string][] = [
  ['issueData', 'issue data'],
  ['configuration', 'configuration'],
  ['assets', 'Assets'],
];

/** What a connection is for, in words. */
export function appliesWords(to: AppliesTo): string {
  const chosen = DATA.filter(([key]) => to[key]).map(([, word]) => word);
  return chosen.length === DATA.length ? 'everything' : chosen.join(', ');
}

export function Applies({ to }: { to: AppliesTo }) {
  return <span className={styles.note}>For {appliesWords(to)}</span>;
}

export function SiteName({ site }: { site: SiteRef }) {
  return (
    <>
      {site.name}
      <span className={styles.note}>{host(site.url)}</span>
    </>
  );
}

/** From where to where. */
export function Between({ connection: { source, standby } }: { connection: Connection }) {
  return (
    <>
      {source.name} → {standby?.name ?? <em>no standby yet</em>}
      <span className={styles.note}>
        {host(source.url)}
        {standby && ` → ${host(standby.url)}`}
      </span>
    </>
  );
}
