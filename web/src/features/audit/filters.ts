import type { AuditQuery } from '../../api/types';

/** What of the audit log is asked for, as the address of the page says it. Days are those of whoever reads. */
export interface Filter {
  /** Somebody's id, `lifeboat`, or `unknown`. */
  by?: string;
  /** `connection.activate`, or all of `connection`. */
  action?: string;
  connection?: string;
  /** The first day, as `2026-11-29`. */
  from?: string;
  /** The last day. */
  until?: string;
  result?: 'done' | 'refused';
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The filter in an address; what makes no sense in it counts for nothing. */
export function filterOf(search: Record<string, unknown>): Filter {
  const filter: Filter = {};
  for (const name of ['by', 'action', 'connection'] as const) {
    const value = search[name];
    if (typeof value === 'string' && value.trim() !== '') filter[name] = value.trim();
  }
  for (const name of ['from', 'until'] as const) {
    const value = search[name];
    if (typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value))) filter[name] = value;
  }
  if (search.result === 'done' || search.result === 'refused') filter.result = search.result;
  return filter;
}

/** The filter as the API takes it: from the beginning of the first day to the end of the last. */
export function queryOf({ from, until, ...rest }: Filter): AuditQuery {
  const query: AuditQuery = { ...rest };
  if (from !== undefined) query.from = startOf(from, 0);
  if (until !== undefined) query.until = startOf(until, 1);
  return query;
}

function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
