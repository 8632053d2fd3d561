import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useAudit } from '../../api/paged';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import { count } from '../../lib/words';
import { Empty } from '../../ui/Empty';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { EventTable } from './EventTable';
import { Exports } from './Exports';
import { Filters } from './Filters';
import { queryOf } from './filters';

export function AuditPage() {
  const filter = useSearch({ from: '/audit' });
  const navigate = useNavigate();
  const paged = useAudit(queryOf(filter));
  const may = useMay();
  const head = useQuery(queries.auditHead());
  return (
    <Page
      title="Audit log"
      lead={
        head.data && (
          <>
            {count(head.data.number)} events, numbered without gaps and chained. The last hash{' '}
            <code title={head.data.hash}>{head.data.hash.slice(0, 16)}…</code> stands for all of them.
          </>
        )
      }
      actions={may('audit.export') && <Exports />}
    >
      <Filters filter={filter} onChange={(search) => void navigate({ to: '/audit', search, replace: true })} />
      <Loaded query={paged.query}>
        {({ items }) =>
          items.length > 0 ? (
            <EventTable events={items} />
          ) : (
            <Empty title="Nothing fits">No event of the log is what is asked for.</Empty>
          )
        }
      </Loaded>
      <Pager of={paged} label="Pages of the audit log" />
    </Page>
  );
}
