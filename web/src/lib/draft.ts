/**
 * What somebody has typed into a form so far, kept in the browser's tab until it is sent, they sign out, or the tab is closed:
 * a reload or a look at another page costs nothing. Never for secrets.
 */

/** What a form holds. */
export type Draft = Record<string, string | boolean>;

const PREFIX = 'lifeboat-draft/';

/** The storage of the tab; none where the browser has it switched off. */
function storage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

/** The draft of a name. What is not of the form's own shape is taken from `empty`: it may be another version's. */
export function readDraft<D extends Draft>(name: string, empty: D): D {
  try {
    const kept = JSON.parse(storage()?.getItem(PREFIX + name) ?? '{}') as Record<string, unknown>;
    const own = Object.entries(empty).map(([key, value]) => [
      key,
      typeof kept[key] === typeof value ? kept[key] : value,
    ]);
    return Object.fromEntries(own) as D;
  } catch {
    return empty;
  }
}

export function keepDraft(name: string, draft: Draft): void {
  try {
    storage()?.setItem(PREFIX + name, JSON.stringify(draft));
  } catch {
    // The storage is full: the form still works.
  }
}

export function dropDraft(name: string): void {
  storage()?.removeItem(PREFIX + name);
}

/** Whoever signs in next in this tab sees nothing of it. */
export function dropAllDrafts(): void {
  const kept = storage();
  if (!kept) return;
  for (const key of Object.keys(kept)) if (key.startsWith(PREFIX)) kept.removeItem(key);
}
