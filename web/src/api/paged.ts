import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from './client';
import type { AuditEvent, AuditQuery, Backup, Failure, Message, PageOf, Point, Recovery } from './types';

/** A list that comes in pages: the one that is shown, and the ways to the others. */
export interface Paged<T> {
  query: UseQueryResult<PageOf<T>>;
  /** Counted from one. */
  number: number;
  older: (() => void) | undefined;
  newer: (() => void) | undefined;
}

interface Cursor {
  after?: string;
}

/** Shows a list page by page; however long it is, only one page is held. */
function usePaged<T>(
  key: readonly unknown[],
  fetchPage: (cursor: Cursor) => Promise<PageOf<T>>,
  refetchInterval: number | false = false,
): Paged<T> {
  const name = JSON.stringify(key);
  const [place, setPlace] = useState<{ name: string; cursors: string[] }>({ name, cursors: [] });
  const cursors = place.name === name ? place.cursors : [];
  const after = cursors.at(-1);
  const query = useQuery({
    queryKey: [...key, 'page', after],
    queryFn: () => fetchPage(after === undefined ? {} : { after }),
    placeholderData: keepPreviousData,
    // Older pages stand still; one that could not be read is tried again, also where nothing else changes any more.
    refetchInterval: ({ state }) => (state.error ? 10_000 : after === undefined ? refetchInterval : false),
  });
  const next = query.data?.next;
  const go = (cursors: string[]) => () => setPlace({ name, cursors });
  return {
    query,
    number: cursors.length + 1,
    older: next ? go([...cursors, next]) : undefined,
    newer: cursors.length > 0 ? go(cursors.slice(0, -1)) : undefined,
  };
}

const LIMIT = 50;

export function useAudit(asked: AuditQuery): Paged<AuditEvent> {
  return usePaged(['audit', asked], (cursor) =>
    body(api.GET('/api/v1/audit', { params: { query: { ...asked, ...cursor, limit: LIMIT } } })),
  );
}

export function useRecoveries(): Paged<Recovery> {
  const read = (cursor: Cursor) => body(api.GET('/api/v1/recoveries', { params: { query: { ...cursor, limit: 25 } } }));
  return usePaged(['recoveries'], read, 10_000);
}

export function useFailures(recovery: string, cause: string, isLive: boolean): Paged<Failure> {
  const read = (cursor: Cursor) => {
    const params = { path: { recovery }, query: { ...cursor, cause, limit: LIMIT } };
    return body(api.GET('/api/v1/recoveries/{recovery}/failures', { params }));
  };
  return usePaged(['recoveries', recovery, 'failures', cause], read, isLive ? 10_000 : false);
}

export function usePoints(site: string): Paged<Point> {
  const read = (cursor: Cursor) => {
    const params = { path: { site }, query: { ...cursor, limit: LIMIT } };
    return body(api.GET('/api/v1/sites/{site}/points', { params }));
  };
  return usePaged(['sites', site, 'points'], read, 15_000);
}

export function useBackups(site: string): Paged<Backup> {
  const read = (cursor: Cursor) => {
    const params = { path: { site }, query: { ...cursor, limit: 10 } };
    return body(api.GET('/api/v1/sites/{site}/backups', { params }));
  };
  return usePaged(['sites', site, 'backups'], read, 5_000);
}

export function useMessages(): Paged<Message> {
  return usePaged(['messages'], (cursor) =>
    body(api.GET('/api/v1/messages', { params: { query: { ...cursor, limit: 20 } } })),
  );
}
