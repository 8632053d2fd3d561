import { queryOptions } from '@tanstack/react-query';
import { Problem } from '../../api/problem';
import { isInJira } from '../../api/transport';

/** What `lifeboat demo --dashboard` tells its page; no other server does. */
export interface Story {
  people: { part: string; name: string; email: string }[];
  password: string;
  sourceIsUp: boolean;
  /** The newest letter to each. */
  letters: { to: string; subject: string; text: string }[];
}

const STORY = 'demo/story';

/** Nothing, where this is no demo. */
export function story() {
  return queryOptions({
    queryKey: ['demo'],
    queryFn: async (): Promise<Story | null> => {
      const response = await fetch(new URL(STORY, document.baseURI)).catch(() => undefined);
      if (!response?.ok) return null;
      return (await response.json()) as Story;
    },
    enabled: !isInJira,
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.data ? 3_000 : false),
  });
}

export async function turnSource(isUp: boolean): Promise<void> {
  const response = await fetch(new URL('demo/source', document.baseURI), {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ isUp }),
  }).catch(() => undefined);
  if (!response?.ok) throw Problem.unreachable();
}
