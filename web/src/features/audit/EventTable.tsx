import Lozenge from '@atlaskit/lozenge';
import type { AuditEvent } from '../../api/types';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import styles from '../../ui/ui.module.css';

export function EventTable({ events }: { events: AuditEvent[] }) {
  return (
    <Table
      caption="Audit events, the newest first"
      rows={events}
      rowKey={({ number }) => String(number)}
      columns={[
        { head: 'No.', isNumber: true, cell: ({ number }) => number },
        { head: 'When', cell: ({ at }) => <Time at={at} /> },
        { head: 'Who', cell: (event) => <Who event={event} /> },
        {
          head: 'What',
          cell: ({ action, details }) => (
            <>
              <code>{action}</code>
              <Details of={details} />
            </>
          ),
        },
        { head: 'To what', cell: ({ subject }) => <Subject of={subject} /> },
        {
          head: 'Result',
          cell: ({ done }) => <Lozenge appearance={done ? 'success' : 'removed'}>{done ? 'Done' : 'Refused'}</Lozenge>,
        },
      ]}
    />
  );
}

function Who({ event: { by, person } }: { event: AuditEvent }) {
  if (!person) return by === 'lifeboat' ? 'Lifeboat' : 'Somebody unknown';
  return (
    <span className={styles.person}>
      {person.name}
      {person.name !== person.email && (
        <span className={`${styles.small ?? ''} ${styles.block ?? ''}`}>{person.email}</span>
      )}
    </span>
  );
}

function Details({ of }: { of: Record<string, string> }) {
  const told = Object.entries(of).map(([name, value]) => `${name}: ${value}`);
  if (told.length === 0) return null;
  return <span className={`${styles.small ?? ''} ${styles.block ?? ''}`}>{told.join(' · ')}</span>;
}

/** The kind, and the end of the id: enough to tell two apart; the whole one on hover. */
function Subject({ of }: { of: string }) {
  const [kind, id] = of.split('/');
  return <span title={of}>{id === undefined ? kind : `${kind ?? ''}\u00a0…${id.slice(-6)}`}</span>;
}
