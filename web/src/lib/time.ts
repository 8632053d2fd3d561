const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Clocks differ, and the page's own moves in steps. */
const ABOUT_NOW = 15;

/** `5 minutes ago`, `in 3 hours`. */
export function relativeTime(time: Date, now: Date): string {
  const seconds = Math.round((time.getTime() - now.getTime()) / 1_000);
  const size = Math.abs(seconds);
  if (size < MINUTE) return seconds <= ABOUT_NOW ? 'just now' : 'in less than a minute';
  if (size < HOUR) return relative.format(Math.trunc(seconds / MINUTE), 'minute');
  if (size < 2 * DAY) return relative.format(Math.trunc(seconds / HOUR), 'hour');
  return relative.format(Math.trunc(seconds / DAY), 'day');
}

/** `29 Nov 2026, 12:15 UTC`, in the zone of whoever reads it. */
export function absoluteTime(time: Date): string {
  const name = zone.formatToParts(time).find((part) => part.type === 'timeZoneName')?.value ?? '';
  return `${absolute.format(time)} ${name}`.trim();
}

/** `2 h 5 min`: the two largest units. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  const units: [number, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([size]) => whole >= size);
  const told = units.slice(first, first + 2).map(([size, name], index) => {
    const count = Math.floor(index === 0 ? whole / size : (whole % (units[first]?.[0] ?? 1)) / size);
    return count > 0 ? `${count} ${name}` : '';
  });
  return told.filter(Boolean).join(' ');
}

/** Seconds from one moment to another. */
export function secondsBetween(earlier: string, later: Date | string): number {
  return (new Date(later).getTime() - new Date(earlier).getTime()) / 1_000;
}
