import type { PruningPreview, Retention } from '../../api/types';
import { bytes, plural } from '../../lib/words';

/** What a pruning keeps unless somebody says otherwise. */
export const USUAL: Retention = { hourly: 24, daily: 14, weekly: 8, monthly: 12 };

export const UNITS = ['hourly', 'daily', 'weekly', 'monthly'] as const;

const NAMES = { hourly: 'hour', daily: 'day', weekly: 'week', monthly: 'month' } as const;

/** `Hours`, as the label of a number. */
export function label(unit: keyof Retention): string {
  return `The newest of each of so many ${NAMES[unit]}s`;
}

/** `24 hours, 14 days, 8 weeks, 12 months`. */
export function retentionText(keep: Retention): string {
  return UNITS.filter((unit) => keep[unit] > 0)
    .map((unit) => plural(keep[unit], NAMES[unit]))
    .join(', ');
}

/** The number that was typed; nothing if it is none. */
export function whole(typed: string): number | undefined {
  return /^\d{1,5}$/.test(typed.trim()) ? Number(typed) : undefined;
}

/** What a pruning would do now. */
export function previewText({ kept, retired, deleted, freed, heldBy }: PruningPreview): string {
  const goes = retired.length === 0 ? 'None would go' : `${plural(retired.length, 'recovery point')} would go`;
  const stays = `${goes} now, ${kept.length} would stay.`;
  if (heldBy.length > 0) return `${stays} Nothing would be deleted while a recovery runs.`;
  return deleted === 0 ? stays : `${stays} ${bytes(freed)} of what went earlier would be deleted.`;
}
