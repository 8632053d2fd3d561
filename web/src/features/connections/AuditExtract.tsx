import { useQuery } from '@tanstack/react-query';
import { api, body } from '../../api/client';
import { EventTable } from '../audit/EventTable';
import { Link } from '../../ui/Link';
import { Loaded } from '../../ui/Loaded';

const LOOKED_AT = 200;

/** What the newest part of the audit log says of one thing. */
export function AuditExtract({ subject }: { subject: string }) {
  const query = useQuery({
    queryKey: ['audit', 'newest'],
    queryFn: () => body(api.GET('/api/v1/audit', { params: { query: { limit: LOOKED_AT } } })),
  });
  return (
    <Loaded query={query}>
      {({ items }) => {
        const rows = items.filter((event) => event.subject === subject).slice(0, 20);
        return (
          <>
            {rows.length > 0 ? <EventTable events={rows} /> : <p>Nothing in the newest {LOOKED_AT} events.</p>}
            <p>
              Of the newest {LOOKED_AT} events. <Link href="/audit">The whole audit log</Link>
            </p>
          </>
        );
      }}
    </Loaded>
  );
}
