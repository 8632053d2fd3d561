const numbers = new Intl.NumberFormat('en');

/** `12,345`. */
export function count(number: number): string {
  return numbers.format(number);
}

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'];

/** `12 bytes`, `3.4 MB`: by thousands, as disks are sold. */
export function bytes(size: number): string {
  let value = size;
  let unit: string | undefined;
  for (const next of UNITS) {
    if (value < 1_000) break;
    value /= 1_000;
    unit = next;
  }
  if (unit === undefined) return plural(size, 'byte');
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `1 object`, `3 objects`. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** `issue-type` as `Issue type`, `recovery.start` as `Recovery start`. */
export function title(word: string): string {
  const spaced = word.replace(/[-_.]+/g, ' ').trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** `Ann, ann@example.com`; the address alone where it is the name. */
export function personText({ name, email }: { name: string; email: string }): string {
  return name === email || email === '' ? name : `${name}, ${email}`;
}

/** An address without what is the same for all. */
export function host(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** Percent, rounded down so that 100 means all. */
export function percent(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.floor((100 * Math.min(part, whole)) / whole);
}
