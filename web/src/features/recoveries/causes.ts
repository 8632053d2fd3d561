import type { Failure } from '../../api/types';

/** Failures that have one cause. */
export interface Cause {
  reason: string;
  failures: Failure[];
  kinds: string[];
}

/** Failures by their cause, the most frequent first. Numbers and quoted names do not make another cause. */
export function byCause(failures: Failure[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const failure of failures) {
    const reason = failure.reason?.trim() ?? '';
    const key = reason.replace(/\d+/g, '#').replace(/(["'“‘]).*?(["'”’])/g, '$1…$2');
    const cause = causes.get(key) ?? { reason: reason || 'No reason was given', failures: [], kinds: [] };
    cause.failures.push(failure);
    if (!cause.kinds.includes(failure.kind)) cause.kinds.push(failure.kind);
    causes.set(key, cause);
  }
  return [...causes.values()].sort((a, b) => b.failures.length - a.failures.length);
}
