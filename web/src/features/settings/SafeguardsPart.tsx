import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Connection, Site, SiteRef } from '../../api/types';
import { Empty } from '../../ui/Empty';
import { SelectInput } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { Section } from '../../ui/Page';
import { ContactsOf } from './ContactsOf';
import { PendingChange } from './PendingChange';
import { PolicyOf } from './PolicyOf';
import styles from './settings.module.css';

/** Who confirms and stops recoveries of a source, and how much it takes to unlock one. */
export function SafeguardsPart() {
  const may = useMay();
  const all = useQuery({ ...queries.sites(), enabled: may('site.read') });
  const connections = useQuery({ ...queries.connections(), enabled: !may('site.read') });
  const [chosen, setChosen] = useState<string>();
  const sites = all.data ?? sourcesOf(connections.data ?? []);
  const site = sites.find(({ id }) => id === chosen) ?? sites[0];
  if (!site) {
    if (all.isLoading || connections.isLoading) return null;
    return <Empty title="No site yet">Contacts and policy belong to a source: add it under Sites & backups.</Empty>;
  }
  return (
    <>
      <div className={styles.form}>
        <SelectInput
          label="Source site"
          value={site.id}
          onChange={setChosen}
          options={sites.map(({ id, name }) => ({ value: id, text: name }))}
        />
      </div>
      <Safeguards key={site.id} site={site.id} />
    </>
  );
}

/** Whoever may not see the sites sees those of the connections. */
function sourcesOf(connections: Connection[]): (Site | SiteRef)[] {
  return [...new Map(connections.map(({ source }) => [source.id, source])).values()];
}

function Safeguards({ site }: { site: string }) {
  const query = useQuery(queries.safeguards(site));
  return (
    <Loaded query={query}>
      {({ contacts, policy, pending }) => (
        <>
          {pending && <PendingChange site={site} pending={pending} policy={policy} contacts={contacts} />}
          <Section title="Recovery contacts">
            <ContactsOf site={site} contacts={contacts} />
          </Section>
          <Section title="Verification policy">
            <PolicyOf site={site} policy={policy} contacts={contacts} />
          </Section>
        </>
      )}
    </Loaded>
  );
}
