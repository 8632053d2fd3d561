import { expect, it } from 'vitest';
import { longestGap } from './cron';

it.each([
  ['*/15 * * * *', 15],
  ['* * * * *', 1],
  ['0 * * * *', 60],
  ['30 2 * * *', 1_440],
  ['0 8-18/2 * * *', 840],
  ['0,45 * * * *', 45],
  ['7/20 * * * *', 20],
  ['0 2 * * 1', undefined],
  ['0 2 1 * *', undefined],
  ['@daily', undefined],
  ['x * * * *', undefined],
])('%s is due at least every %s minutes', (cron, minutes) => {
  expect(longestGap(cron)).toBe(minutes);
});
