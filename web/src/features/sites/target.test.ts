import { expect, it } from 'vitest';
import { targetSeconds } from './target';

it('minutes become seconds, and nothing takes the target away', () => {
  expect(['15', ' 2,5 ', '', '0', '-3', 'soon'].map(targetSeconds)).toEqual([900, 150, 0, 0, 0, 0]);
});
