import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { RecoveryRequest } from '../../api/types';
import { Empty } from '../../ui/Empty';
import { Loaded } from '../../ui/Loaded';
import { Page, Section } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { queue } from './standing';

/** The requests that wait for people, by age. */
export function VerificationPage() {
  const may = useMay();
  const query = useQuery(queries.requests());
  return (
    <Page
      title={may('request.approve') ? 'Support verification' : 'Recovery requests'}
      lead="Each recovery is asked for, and vouched for by people, before anything is unlocked."
    >
      <Loaded query={query}>
        {(all) => {
          const { waiting, others } = queue(all);
          return (
            <>
              <Section title="Waiting for people">
                {waiting.length > 0 ? (
                  <Requests caption="Requests that wait, the oldest first" rows={waiting} />
                ) : (
                  <Empty title="Nothing waits">Whoever asks for a recovery appears here, and everybody is told.</Empty>
                )}
              </Section>
              {others.length > 0 && (
                <Section title="Decided, running and over">
                  <Requests caption="Other requests, the newest first" rows={others} />
                </Section>
              )}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Requests({ caption, rows }: { caption: string; rows: RecoveryRequest[] }) {
  return (
    <Table
      caption={caption}
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          head: 'Connection',
          cell: ({ connection, connectionName }) => (
            <Link to="/verification/$connection" params={{ connection }}>
              {connectionName}
            </Link>
          ),
        },
        { head: 'Asked for by', cell: ({ requester }) => requester.name },
        { head: 'Source → standby', cell: ({ source, standby }) => `${source.name} → ${standby.name}` },
        { head: 'Asked', cell: ({ opened }) => <Time at={opened} /> },
        { head: 'Status', cell: ({ status }) => <Status of={status} /> },
        { head: 'Still needed', cell: ({ needs }) => (needs.length > 0 ? needs.join('; ') : '–') },
      ]}
    />
  );
}
