import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../api/types';
import { STRICT } from '../settings/fixtures';
import { aConnection } from './fixtures';
import { checksOf, lateness, targetOf } from './readiness';

const now = new Date('2026-11-29T12:00:00Z');
const site = { id: 's1', name: 'production', url: 'https://example.atlassian.net' };

function schedule(cron: string, changes: Partial<Schedule> = {}): Schedule {
  const usual = { id: 'x', kind: 'capture', enabled: true, jitterSeconds: 0, next: '', site, zone: 'UTC' };
  return { ...usual, cron, ...changes };
}

const unmet = (...given: Parameters<typeof checksOf>) =>
  checksOf(...given)
    .filter(({ isMet }) => !isMet)
    .map(({ text }) => text);

describe('readiness', () => {
  it('takes the closest schedule of the source as its target', () => {
    expect(targetOf({ id: 's1' }, [schedule('0 * * * *'), schedule('*/5 * * * *', { enabled: false })])).toBe(3_600);
    expect(targetOf({ id: 's1', rpoTargetSeconds: 900 }, [schedule('0 * * * *')])).toBe(900);
    expect(targetOf({ id: 's2' }, [schedule('0 * * * *')])).toBeUndefined();
    expect(targetOf({ id: 's1' }, [schedule('0 * * * *', { kind: 'verify' })])).toBeUndefined();
  });

  it('is late over the target, and very late over twice of it', () => {
    expect([59, 61, 121].map((lag) => lateness(lag, 60))).toEqual(['in-time', 'late', 'very-late']);
    expect(lateness(90_000, undefined)).toBe('late');
  });

  it('does not count what somebody may not see', () => {
    expect(checksOf(aConnection(), {}, now)).toHaveLength(3);
    expect(unmet(aConnection(), {}, now)).toEqual([]);
  });

  it('misses a standby, a token that was reset, and one that nobody looked for', () => {
    const token = { id: 'a', generation: 1, awaited: true, checkDue: '2026-11-01T00:00:00Z' };
    expect(unmet(aConnection({ status: 'issued', token }), {}, now)).toEqual([
      'It is active on a standby',
      'The recovery token is in somebody’s hands',
      'The token was checked in time',
    ]);
  });

  it('misses contacts by their number', () => {
    const checks = checksOf(aConnection(), { safeguards: { policy: STRICT, contacts: [], pending: null } }, now);
    const contacts = checks.find(({ text }) => text === 'There are enough recovery contacts');
    expect(contacts?.isMet).toBe(false);
    expect(contacts?.remedy).toContain('The policy strict needs 2 recovery contacts to confirm, and none counts now.');
  });

  it('misses a backup, in time', () => {
    const point = {
      number: 1,
      taken: '2026-11-29T11:00:00Z',
      note: '',
      objects: 1,
      added: 1,
      changed: 0,
      deleted: 0,
      pinned: false,
    };
    expect(unmet(aConnection(), { point: null }, now)).toEqual(['The source was backed up in time']);
    expect(unmet(aConnection(), { point }, now)).toEqual([]);
    expect(unmet(aConnection(), { point, schedules: [schedule('*/5 * * * *')] }, now)).toHaveLength(1);
  });
});
