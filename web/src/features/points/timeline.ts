import type { Point } from '../../api/types';
import { secondsBetween } from '../../lib/time';

/** A point in the timeline. */
export interface Moment {
  point: Point;
  /** How old the newest recovery point had become when this one came, in seconds: the RPO lag at its worst. */
  lag: number | undefined;
  changes: number;
}

/** The points of a page with what led to each, the oldest first. The oldest's own lag is not known: what is before is not read. */
export function timelineOf(points: Point[]): Moment[] {
  return [...points].reverse().map((point, index, all) => {
    const before = all[index - 1];
    return {
      point,
      lag: before && secondsBetween(before.taken, point.taken),
      changes: point.added + point.changed + point.deleted,
    };
  });
}
