import { describe, expect, it } from 'vitest';
import { absoluteTime, duration, relativeTime, secondsBetween } from './time';

const now = new Date('2026-11-29T12:00:00Z');
const from = (seconds: number) => relativeTime(new Date(now.getTime() + seconds * 1_000), now);

describe('times', () => {
  it('are told from now', () => {
    expect(from(-5)).toBe('just now');
    expect(from(5)).toBe('just now');
    expect(from(20)).toBe('in less than a minute');
    expect(from(-119)).toBe('1 minute ago');
    expect(from(-3 * 3_600)).toBe('3 hours ago');
    expect(from(47 * 3_600)).toBe('in 47 hours');
    expect(from(-9 * 86_400)).toBe('9 days ago');
  });

  it('are told with their zone', () => {
    expect(absoluteTime(now)).toMatch(/29 Nov 2026, \d\d:\d\d \S+/);
  });

  it('last in two units', () => {
    expect(duration(0.4)).toBe('0 s');
    expect(duration(59)).toBe('59 s');
    expect(duration(60)).toBe('1 min');
    expect(duration(3_725)).toBe('1 h 2 min');
    expect(duration(2 * 86_400)).toBe('2 d');
    expect(duration(90_061)).toBe('1 d 1 h');
  });

  it('have a distance', () => {
    expect(secondsBetween('2026-11-29T11:59:00Z', now)).toBe(60);
  });
});
