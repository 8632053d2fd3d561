import { describe, expect, it } from 'vitest';
import { bytes, count, host, percent, personText, plural, title } from './words';

describe('words', () => {
  it('count', () => {
    expect(count(12_345)).toBe('12,345');
    expect(plural(1, 'object')).toBe('1 object');
    expect(plural(2, 'recovery', 'recoveries')).toBe('2 recoveries');
  });

  it('name', () => {
    expect(title('issue-type')).toBe('Issue type');
    expect(title('recovery.start')).toBe('Recovery start');
    expect(personText({ name: 'Ann', email: 'ann@example.com' })).toBe('Ann, ann@example.com');
    expect(personText({ name: 'ann@example.com', email: 'ann@example.com' })).toBe('ann@example.com');
    expect(host('https://example.atlassian.net/')).toBe('example.atlassian.net');
  });

  it('size', () => {
    expect([0, 1, 999, 1_000, 34_500, 2_340_000, 9.2e15].map(bytes)).toEqual([
      ...['0 bytes', '1 byte', '999 bytes', '1.0 kB', '35 kB', '2.3 MB', '9.2 PB'],
    ]);
  });

  it('say 100 % only of all', () => {
    expect(percent(999, 1_000)).toBe(99);
    expect(percent(1_000, 1_000)).toBe(100);
    expect(percent(1, 0)).toBe(0);
  });
});
