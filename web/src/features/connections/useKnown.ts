import { useQueries, useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Connection } from '../../api/types';
import type { Known } from './readiness';

/** What is known around connections, by the source's id: each source is asked for once. */
export function useKnown(connections: Connection[]): (connection: Connection) => Known {
  const may = useMay();
  const sources = [...new Set(connections.map(({ source }) => source.id))];
  const points = useQueries({
    queries: sources.map((source) => ({ ...queries.latestPoint(source), enabled: may('point.read') })),
  });
  const safeguards = useQueries({
    queries: sources.map((source) => ({ ...queries.safeguards(source), enabled: may('policy.read') })),
  });
  const sites = useQuery({ ...queries.sites(), enabled: may('site.read') });
  const schedules = useQuery({ ...queries.schedules(), enabled: may('backup.read') });
  return ({ source }) => {
    const index = sources.indexOf(source.id);
    return {
      point: points[index]?.data,
      safeguards: safeguards[index]?.data,
      sites: sites.data,
      schedules: schedules.data,
    };
  };
}
