import { QueryClient } from '@tanstack/react-query';
import { isPassing } from '../api/problem';

/** Reads again what failed for the moment, never what was refused; changes are never repeated by themselves. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => isPassing(error) && failures < 3,
        staleTime: 5_000,
        // Who waits for a server to come back must see it come back.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
