import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { api, body } from '../../api/client';
import { EventTable } from '../audit/EventTable';
import { Loaded } from '../../ui/Loaded';

const SHOWN = 20;

/** The newest of what the audit log says of a connection. */
export function AuditExtract({ connection }: { connection: string }) {
  const query = useQuery({
    queryKey: ['audit', 'newest', connection],
    queryFn: () => body(api.GET('/api/v1/audit', { params: { query: { connection, limit: SHOWN } } })),
  });
  return (
    <Loaded query={query}>
      {({ items, next }) => (
        <>
          <EventTable events={items} />
          {next != null && (
            <p>
              <Link to="/audit" search={{ connection }}>
                All that the audit log says of it
              </Link>
            </p>
          )}
        </>
      )}
    </Loaded>
  );
}
