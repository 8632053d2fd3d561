import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Connection } from '../../api/types';
import { Loaded, Trouble } from '../../ui/Loaded';
import { Page, Section } from '../../ui/Page';
import { AuditExtract } from './AuditExtract';
import { ConnectionFacts } from './ConnectionFacts';
import { ConnectionMenu } from './ConnectionMenu';
import styles from './connections.module.css';
import { DeedDialog, type Wanted } from './DeedDialog';
import { PendingNotice, SuspensionNotice } from './Notices';
import { Checklist } from './Checklist';
import { Contacts } from './Contacts';
import { Timeline } from './Timeline';

/** One connection: what is left to do, what happened, and who counts. */
export function ConnectionPage() {
  const { connection: id } = useParams({ from: '/connections/$connection' });
  const query = useQuery(queries.connection(id));
  const [wanted, setWanted] = useState<Wanted>();
  const above = [{ text: 'Recovery connections', to: '/connections' }];
  if (!query.data) {
    return (
      <Page title="Connection" above={above}>
        {query.error ? <Trouble error={query.error} /> : <Loaded query={query}>{() => null}</Loaded>}
      </Page>
    );
  }
  return (
    <Page title={query.data.name} above={above} actions={<ConnectionMenu connection={query.data} onWant={setWanted} />}>
      <Details connection={query.data} onWant={setWanted} />
      <DeedDialog wanted={wanted} onWant={setWanted} />
    </Page>
  );
}

function Details({ connection, onWant }: { connection: Connection; onWant: (wanted: Wanted) => void }) {
  const may = useMay();
  const request = useQuery({ ...queries.request(connection.id), enabled: may('request.read') });
  return (
    <>
      {connection.pending && <PendingNotice connection={connection} onWant={onWant} />}
      {connection.suspension && <SuspensionNotice connection={connection} onWant={onWant} />}
      <div className={styles.columns}>
        <Section title="Details">
          <ConnectionFacts connection={connection} />
        </Section>
        {connection.kind === 'disaster-recovery' && connection.status !== 'revoked' && (
          <Section title="Readiness">
            <Checklist connection={connection} />
          </Section>
        )}
        <Section title="Timeline">
          <Timeline connection={connection} request={request.data} />
        </Section>
        {may('contact.read') && (
          <Section title="Recovery contacts">
            <Contacts site={connection.source} />
          </Section>
        )}
      </div>
      {may('audit.read') && (
        <Section title="Audit extract">
          <AuditExtract connection={connection.id} />
        </Section>
      )}
    </>
  );
}
