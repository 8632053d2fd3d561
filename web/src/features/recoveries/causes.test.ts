import { expect, it } from 'vitest';
import type { Failure } from '../../api/types';
import { byCause } from './causes';

const failure = (source: string, reason: string | null, kind = 'comment'): Failure => ({
  kind,
  source,
  reason,
  attempts: 3,
});

it('failures that differ only in numbers and names have one cause', () => {
  const causes = byCause([
    failure('AB-1', 'Field "Team" cannot be set'),
    failure('AB-2', 'The issue 17 is gone'),
    failure('AB-3', 'The issue 4711 is gone', 'worklog'),
    failure('AB-4', null),
  ]);
  expect(causes.map(({ reason, failures }) => [reason, failures.length])).toEqual([
    ['The issue 17 is gone', 2],
    ['Field "Team" cannot be set', 1],
    ['No reason was given', 1],
  ]);
  expect(causes[0]?.kinds).toEqual(['comment', 'worklog']);
});
