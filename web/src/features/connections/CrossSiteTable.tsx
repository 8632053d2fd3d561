import { Link } from '@tanstack/react-router';
import type { Connection } from '../../api/types';
import { Table } from '../../ui/Table';
import { ConnectionMenu } from './ConnectionMenu';
import { ConnectionStatus } from './ConnectionStatus';
import type { Wanted } from './DeedDialog';
import { Applies, SiteName } from './parts';

/** The connections over which a site pushes to another. */
export function CrossSiteTable({ rows, onWant }: { rows: Connection[]; onWant: (wanted: Wanted) => void }) {
  return (
    <Table
      caption="Cross-site connections"
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
        { head: 'Initiator site', cell: ({ source }) => <SiteName site={source} /> },
        { head: 'Authenticator site', cell: ({ standby }) => (standby ? <SiteName site={standby} /> : '–') },
        { head: 'Initiated by', cell: ({ madeBy }) => madeBy.name },
        { head: 'Activated by', cell: ({ activatedBy }) => activatedBy?.name ?? '–' },
        { head: 'Status', cell: (row) => <ConnectionStatus connection={row} /> },
        {
          head: 'Actions',
          isHeadHidden: true,
          cell: (row) => <ConnectionMenu connection={row} onWant={onWant} />,
        },
      ]}
    />
  );
}
