import { expect, test } from 'vitest';
import { readPlan } from './plan';

test('a plan is read, the largest first', () => {
  const plan = readPlan({
    kinds: { issue: { create: 5, matched: 1, skipped: 0, cannot: 0 }, comment: { create: 9 }, empty: {} },
    estimate: { requests: 12, seconds: 90, bound_by: 'comments' },
    users_missing: [{ account: 'a', name: 'Ann' }],
    cannot: [{ kind: 'workflow', reason: 'no route', count: 2, examples: ['x'] }],
    losses: { 'comment.author': { what: 'who wrote it', instead: 'named in the text', count: 9, examples: [] } },
    permissions: [{ key: 'ADMINISTER', why: 'makes projects' }],
  });
  expect(plan.kinds.map(({ kind, create }) => [kind, create])).toEqual([
    ['comment', 9],
    ['issue', 5],
  ]);
  expect([plan.seconds, plan.boundBy, plan.missing]).toEqual([90, 'comments', [{ account: 'a', name: 'Ann' }]]);
  expect(plan.cannot).toEqual([{ kind: 'workflow', reason: 'no route', count: 2 }]);
  expect(plan.losses).toEqual([{ what: 'who wrote it', instead: 'named in the text', count: 9 }]);
  expect(plan.permissions).toEqual([{ key: 'ADMINISTER', why: 'makes projects' }]);
});

test('what is not there counts as nothing', () => {
  expect(readPlan(null)).toEqual(readPlan({ kinds: 7, cannot: 'x', losses: [], users_missing: {} }));
});
