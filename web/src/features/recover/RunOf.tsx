import { Link } from '@tanstack/react-router';
import { useRecoveries } from '../../api/paged';
import { Loaded } from '../../ui/Loaded';

/** The way to the run of a connection's request. */
export function RunOf({ connection }: { connection: string }) {
  const { query } = useRecoveries();
  return (
    <Loaded query={query}>
      {({ items }) => {
        const run = items.find((one) => one.connection === connection);
        if (!run) return <p>The recovery has begun.</p>;
        return (
          <p>
            It is under way:{' '}
            <Link to="/recoveries/$recovery" params={{ recovery: run.id }}>
              see how far it is
            </Link>
            .
          </p>
        );
      }}
    </Loaded>
  );
}
