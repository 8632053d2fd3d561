import { expect, it } from 'vitest';
import { entries } from './navigation';

const texts = (...actions: string[]) => entries({ actions }).map(({ text }) => text);

it('supporters get their console, contacts their requests, and everybody their own settings', () => {
  expect(texts('connection.read', 'request.approve', 'request.read')).toEqual([
    'Recovery connections',
    'Support verification',
    'Settings',
  ]);
  expect(texts('connection.read', 'request.veto')).toEqual(['Recovery connections', 'Recovery requests', 'Settings']);
  expect(texts('site.read')).toEqual(['Sites & backups', 'Settings']);
});
