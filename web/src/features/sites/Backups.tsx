import { Link } from '@tanstack/react-router';
import { useBackups } from '../../api/paged';
import type { Backup, Job, Site } from '../../api/types';
import { secondsBetween } from '../../lib/time';
import { Empty } from '../../ui/Empty';
import { Loaded } from '../../ui/Loaded';
import { Pager } from '../../ui/Pager';
import { Progress } from '../../ui/Progress';
import { Status } from '../../ui/Status';
import { Table } from '../../ui/Table';
import { Duration, Time } from '../../ui/Time';

export function Backups({ site }: { site: Site }) {
  const paged = useBackups(site.id);
  return (
    <>
      <Loaded query={paged.query}>
        {({ items }) =>
          items.length > 0 ? (
            <BackupTable site={site.id} rows={items} />
          ) : (
            <Empty title="It was never backed up">Back it up now, and give it a schedule.</Empty>
          )
        }
      </Loaded>
      <Pager of={paged} label="Pages of backups" />
    </>
  );
}

function BackupTable({ site, rows }: { site: string; rows: Backup[] }) {
  return (
    <Table
      caption="Backups, the newest first"
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        { head: 'Started', cell: ({ started }) => <Time at={started} /> },
        { head: 'State', cell: ({ job }) => <State job={job} /> },
        { head: 'Took', cell: ({ started, job }) => (job.ended ? <Took from={started} to={job.ended} /> : '–') },
        {
          head: 'Recovery point',
          cell: ({ point }) =>
            point ? (
              <Link to="/points/$site/$point" params={{ site, point: String(point) }}>
                No. {point}
              </Link>
            ) : (
              '–'
            ),
        },
      ]}
    />
  );
}

function Took({ from, to }: { from: string; to: string }) {
  return <Duration seconds={secondsBetween(from, to)} />;
}

function State({ job }: { job: Job }) {
  return (
    <>
      <Status of={job.state} />
      {job.state === 'running' && job.progress && <Progress of={job.progress} />}
      {job.error && <p>{job.error.text}</p>}
    </>
  );
}
