import { expect, it } from 'vitest';
import { aConnection } from './fixtures';
import { timelineOf } from './moments';

it('tells what happened, the newest first, and leaves out what did not', () => {
  const told = timelineOf(aConnection({ suspension: { at: '2026-11-20T00:00:00Z', votes: [] } }), null);
  expect(told.map(({ what }) => what)).toEqual([
    'Suspended',
    'Activated on standby',
    'Made; its recovery token was shown once',
  ]);
  expect(told[0]?.by).toBe('its token was used a second time');
});
