import { useQuery, type QueryClient } from '@tanstack/react-query';
import { queries } from './queries';
import type { Me } from './types';

/** Whoever is signed in. Pages are shown to nobody else. */
export function useMe(): Me {
  const { data } = useQuery(queries.session());
  if (!data) throw new Error('nobody is signed in');
  return data;
}

/** Whether whoever is signed in may do something (docs/roles.md). The server decides; this only hides what it would refuse. */
export function useMay(): (action: string) => boolean {
  const { actions } = useMe();
  return (action) => actions.includes(action);
}

/** From now on somebody else is signed in, or nobody: nothing that was read before is shown to them. */
export function become(client: QueryClient, me: Me | null): void {
  const { queryKey } = queries.session();
  // The session itself stays: whoever shows it is told of the change. The demo's story is everybody's.
  const stays: unknown[] = [queryKey[0], 'demo'];
  client.removeQueries({ predicate: (query) => !stays.includes(query.queryKey[0]) });
  client.getMutationCache().clear();
  client.setQueryData(queryKey, me);
}
