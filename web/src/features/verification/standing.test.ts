import { expect, it } from 'vitest';
import { aRequest } from './fixtures';
import { isStoppable, isWaiting, queue, standingOf } from './standing';

const bob = { id: 'p2', name: 'Bob', email: 'bob@example.com' };

it('whoever asks is no contact for it, and a contact has no say twice', () => {
  const contacts = [{ person: bob, registered: '', counts: '' }];
  const request = aRequest({ confirmations: [{ by: bob, at: '', note: '' }] });
  expect(standingOf({ id: 'p1' }, request, contacts)).toMatchObject({ isRequester: true, isContact: false });
  expect(standingOf({ id: 'p2' }, request, contacts)).toMatchObject({ isContact: true, hasConfirmed: true });
});

it('a running recovery waits for nobody, and can be stopped', () => {
  expect(isWaiting({ status: 'running' })).toBe(false);
  expect(isStoppable({ status: 'running' })).toBe(true);
  expect(isStoppable({ status: 'done' })).toBe(false);
});

it('the oldest that waits is first', () => {
  const old = aRequest({ id: 'old', opened: '2026-11-28T10:00:00Z' });
  const over = aRequest({ id: 'over', status: 'done' });
  const { waiting, others } = queue([aRequest({ id: 'new' }), over, old]);
  expect(waiting.map(({ id }) => id)).toEqual(['old', 'new']);
  expect(others.map(({ id }) => id)).toEqual(['over']);
});
