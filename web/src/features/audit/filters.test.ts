import { expect, it } from 'vitest';
import type { AuditEvent } from '../../api/types';
import { fitting } from './filters';

const event = (number: number, changes: Partial<AuditEvent>): AuditEvent => ({
  ...{ number, at: '', hash: '', by: 'person', action: 'connection.activate', subject: 'connection/1' },
  ...{ details: {}, done: true },
  ...changes,
});

it('finds events by what was done, by whom, to what and how it ended', () => {
  const ann = { id: '1', name: 'Ann', email: 'ann@example.com' };
  const events = [
    event(1, {}),
    event(2, { done: false }),
    event(3, { person: ann }),
    event(4, { action: 'site.add', details: { url: 'https://example.com' } }),
  ];
  const numbers = (text: string, result: 'all' | 'done' | 'refused' = 'all') =>
    fitting(events, { text, result }).map(({ number }) => number);
  expect(numbers('')).toEqual([1, 2, 3, 4]);
  expect(numbers('ANN@')).toEqual([3]);
  expect(numbers('activate', 'refused')).toEqual([2]);
  expect(numbers('example.com', 'done')).toEqual([3, 4]);
});
