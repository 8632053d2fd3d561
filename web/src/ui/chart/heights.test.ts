import { expect, it } from 'vitest';
import { heights } from './heights';

it('the largest fills the chart, and small ones are seen beside it', () => {
  expect(heights([0, 9, 99_999], 'logarithmic').bars).toEqual([0, 20, 100]);
  expect(heights([0, 1, 10_000], 'linear').bars).toEqual([0, 1, 100]);
  expect(heights([0, 0], 'linear').bars).toEqual([0, 0]);
  expect(heights([], 'linear')).toEqual({ bars: [], line: undefined });
});

it('a line is measured as the bars are', () => {
  expect(heights([5, 20], 'linear', 10)).toEqual({ bars: [25, 100], line: 50 });
  expect(heights([5], 'linear', 20)).toEqual({ bars: [25], line: 100 });
});
