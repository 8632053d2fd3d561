import { expect, it } from 'vitest';
import type { Point } from '../../api/types';
import { timelineOf } from './timeline';

const point = (number: number, taken: string, changed: number): Point => ({
  ...{ number, taken, note: '', objects: 10, added: 1, changed, deleted: 2, pinned: false },
});

it('each point is as late as the one before it was old', () => {
  const points = [
    point(9, '2026-11-29T12:00:00Z', 5),
    point(7, '2026-11-29T11:30:00Z', 0),
    point(4, '2026-11-28T11:30:00Z', 1),
  ];
  expect(timelineOf(points).map(({ point: { number }, lag, changes }) => [number, lag, changes])).toEqual([
    [4, undefined, 4],
    [7, 86_400, 3],
    [9, 1_800, 8],
  ]);
  expect(timelineOf([])).toEqual([]);
});
