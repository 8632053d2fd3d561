import { expect, it } from 'vitest';
import { filterOf, queryOf } from './filters';

it('an address says what is looked for, and nonsense in it says nothing', () => {
  expect(filterOf({ by: ' lifeboat ', action: '', result: 'done', from: '2026-11-29', until: 'soon' })).toEqual({
    by: 'lifeboat',
    result: 'done',
    from: '2026-11-29',
  });
  expect(filterOf({ by: 7, connection: ['x'], result: 'maybe', from: '2026-99-99' })).toEqual({});
});

it('the last day counts to its end', () => {
  const { from, until, action } = queryOf({ from: '2026-12-31', until: '2026-12-31', action: 'site' });
  expect(action).toBe('site');
  expect(Date.parse(until ?? '') - Date.parse(from ?? '')).toBe(24 * 3_600_000);
  expect(queryOf({})).toEqual({});
});
