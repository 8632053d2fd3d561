import { expect, it } from 'vitest';
import { heights } from './heights';

it('the largest bar fills the chart, and small ones are seen beside it', () => {
  expect(heights([0, 9, 99_999])).toEqual([0, 20, 100]);
  expect(heights([0, 0])).toEqual([0, 0]);
  expect(heights([])).toEqual([]);
});
