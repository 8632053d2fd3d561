import { useState } from 'react';
import { useMe } from '../api/session';
import { dropDraft, keepDraft, readDraft, type Draft } from '../lib/draft';

/** What a form holds, as it was left; every change is kept, for whoever is signed in. Dropped once it is sent. */
export function useDraft<D extends Draft>(
  name: string,
  empty: D,
): { draft: D; change: (changes: Partial<D>) => void; drop: () => void } {
  const own = `${useMe().id}/${name}`;
  const [draft, setDraft] = useState(() => readDraft(own, empty));
  return {
    draft,
    change: (changes) => {
      const next = { ...draft, ...changes };
      keepDraft(own, next);
      setDraft(next);
    },
    drop: () => dropDraft(own),
  };
}
