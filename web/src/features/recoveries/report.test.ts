import { expect, it } from 'vitest';
import { readReport, total } from './report';

it('reads what a report has, the largest kind first', () => {
  const report = readReport({
    holds: true,
    keys_kept: 40,
    kinds: { link: { restored: 2, failed: 1 }, issue: { restored: 40, in_other_form: 2, matched: 1 } },
    cannot: { 'user: no account': 1, 'vote: only by oneself': 7 },
  });
  expect(report.holds).toBe(true);
  expect(report.kinds.map((row) => [row.kind, total(row)])).toEqual([
    ['issue', 43],
    ['link', 3],
  ]);
  expect(report.cannot[0]).toEqual(['vote: only by oneself', 7]);
});

it('claims nothing of a report that it cannot read', () => {
  expect(readReport(null)).toMatchObject({ holds: false, kinds: [], problems: 0 });
  expect(readReport({ holds: 'yes', kinds: [] })).toMatchObject({ holds: false, kinds: [] });
});
