import { Link } from '@tanstack/react-router';
import { useRecoveries } from '../../api/paged';
import type { Recovery } from '../../api/types';
import { secondsBetween } from '../../lib/time';
import { Empty } from '../../ui/Empty';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { Progress } from '../../ui/Progress';
import { Status } from '../../ui/Status';
import { Table } from '../../ui/Table';
import { Duration, Time } from '../../ui/Time';
import { Proof } from './Proof';

export function RecoveriesPage() {
  const paged = useRecoveries();
  return (
    <Page title="Recoveries" lead="Each run, how far it is, and whether what it brought back is proven.">
      <Loaded query={paged.query}>
        {({ items }) =>
          items.length > 0 ? (
            <Runs rows={items} />
          ) : (
            <Empty title="Nothing was recovered yet">A recovery starts from an active, unlocked connection.</Empty>
          )
        }
      </Loaded>
      <Pager of={paged} label="Pages of recoveries" />
    </Page>
  );
}

function Runs({ rows }: { rows: Recovery[] }) {
  return (
    <Table
      caption="Recoveries, the latest first"
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          head: 'Source → standby',
          cell: ({ id, source, standby }) => (
            <Link to="/recoveries/$recovery" params={{ recovery: id }}>
              {source.name} → {standby.name}
            </Link>
          ),
        },
        { head: 'Recovery point', cell: ({ point }) => `No. ${point}` },
        { head: 'Started', cell: ({ started }) => <Time at={started} /> },
        {
          head: 'State',
          cell: ({ job }) => (
            <>
              <Status of={job.state} />
              {job.state === 'running' && job.progress && <Progress of={job.progress} />}
            </>
          ),
        },
        {
          head: 'Took',
          cell: ({ started, job }) => (job.ended ? <Duration seconds={secondsBetween(started, job.ended)} /> : '–'),
        },
        { head: 'Proof', cell: ({ proven }) => <Proof proven={proven} /> },
      ]}
    />
  );
}
