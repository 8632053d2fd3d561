import { Link } from '@tanstack/react-router';
import type { Connection } from '../../api/types';
import { duration, secondsBetween } from '../../lib/time';
import { useNow } from '../../ui/now';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { ConnectionMenu } from './ConnectionMenu';
import { ConnectionStatus } from './ConnectionStatus';
import type { Wanted } from './DeedDialog';
import { Applies, Between } from './parts';
import { checksOf, lateness, sourceOf, targetOf, type Known } from './readiness';
import styles from './connections.module.css';
import { useKnown } from './useKnown';

/** The connections by which a standby pulls. */
export function PullTable({ rows, onWant }: { rows: Connection[]; onWant: (wanted: Wanted) => void }) {
  const known = useKnown(rows);
  return (
    <Table
      caption="Disaster recovery connections"
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          head: 'Name',
          cell: (row) => (
            <>
              <Link to="/connections/$connection" params={{ connection: row.id }}>
                {row.name}
              </Link>
              <Applies to={row.appliesTo} />
            </>
          ),
        },
        { head: 'Source → standby', cell: (row) => <Between connection={row} /> },
        { head: 'Status', cell: (row) => <ConnectionStatus connection={row} /> },
        { head: 'Last recovery point', cell: (row) => <LastPoint known={known(row)} /> },
        { head: 'RPO lag', cell: (row) => <Lag connection={row} known={known(row)} /> },
        { head: 'Readiness', cell: (row) => <Readiness connection={row} known={known(row)} /> },
        {
          head: 'Actions',
          isHeadHidden: true,
          cell: (row) => <ConnectionMenu connection={row} onWant={onWant} />,
        },
      ]}
    />
  );
}

function LastPoint({ known: { point } }: { known: Known }) {
  if (point === undefined) return '–';
  return point ? <Time at={point.taken} /> : 'None yet';
}

const LATE = { 'in-time': 'in time', late: 'late', 'very-late': 'very late' };

function Lag({ connection, known }: { connection: Connection; known: Known }) {
  const now = useNow();
  if (!known.point) return '–';
  const lag = secondsBetween(known.point.taken, now);
  const level = lateness(lag, targetOf(sourceOf(connection, known), known.schedules));
  return (
    <span className={styles[level]}>
      {duration(lag)}
      <span className={styles.note}>{LATE[level]}</span>
    </span>
  );
}

function Readiness({ connection, known }: { connection: Connection; known: Known }) {
  const checks = checksOf(connection, known, useNow());
  const met = checks.filter(({ isMet }) => isMet).length;
  const next = checks.find(({ isMet }) => !isMet);
  return (
    <>
      {met} of {checks.length} checks
      <span className={styles.note}>{next ? `Missing: ${next.text.toLowerCase()}` : 'Ready'}</span>
    </>
  );
}
