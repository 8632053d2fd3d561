import { useQuery } from '@tanstack/react-query';
import { isOver, queries } from '../../api/queries';
import type { KindProgress, Recovery } from '../../api/types';
import { count, percent, title } from '../../lib/words';
import { Loaded } from '../../ui/Loaded';
import { Table } from '../../ui/Table';
import styles from '../../ui/ui.module.css';
import { SpeedChart } from './SpeedChart';

/** How far it is with each kind, and how fast it was against Jira's limit. */
export function KindsSection({ run }: { run: Recovery }) {
  const query = useQuery(queries.progress(run.id, !isOver(run.job)));
  return (
    <Loaded query={query}>
      {({ kinds, speed }) => (
        <>
          <SpeedChart speed={speed} />
          {kinds.length > 0 ? <Kinds rows={kinds} /> : <p>It has not begun with any kind.</p>}
        </>
      )}
    </Loaded>
  );
}

function Kinds({ rows }: { rows: KindProgress[] }) {
  return (
    <Table
      caption="Progress by kind, in the order in which they are recovered"
      rows={rows}
      rowKey={({ kind }) => kind}
      columns={[
        { head: 'Kind', cell: ({ kind }) => title(kind) },
        { head: 'Done', cell: (row) => <Done row={row} /> },
        { head: 'Made', isNumber: true, cell: ({ made }) => count(made) },
        { head: 'There or left out', isNumber: true, cell: ({ skipped }) => count(skipped) },
        { head: 'Failed', isNumber: true, cell: ({ failed }) => count(failed) },
        { head: 'Of', isNumber: true, cell: (row) => (row.total == null ? '–' : count(wholeOf(row))) },
      ]}
    />
  );
}

/** Of some objects more is written than there are: a text that is too long comes with a file. */
function wholeOf({ total, made, skipped, failed, open }: KindProgress): number {
  return Math.max(total ?? 0, made + skipped + failed + open);
}

function Done({ row }: { row: KindProgress }) {
  const share = percent(row.made + row.skipped + row.failed, wholeOf(row));
  return (
    <>
      {share} %
      <div className={styles.bar} style={{ minWidth: '6rem' }} aria-hidden="true">
        <span style={{ inlineSize: `${share}%` }} />
      </div>
    </>
  );
}
