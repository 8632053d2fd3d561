import { describe, expect, it } from 'vitest';
import type { Connection } from '../../api/types';
import { aConnection } from './fixtures';
import { isRefresh, menuOf } from './menu';

const now = new Date('2026-11-29T12:00:00Z');
const everything = () => true;
const deeds = (changes: Partial<Connection>, may: (action: string) => boolean = everything) =>
  menuOf(aConnection(changes), may, now).map(({ deed }) => deed);

describe('the menu of a connection', () => {
  it('keeps a locked Recover site at hand, with its lock', () => {
    expect(menuOf(aConnection(), everything, now)[0]).toEqual({
      deed: 'recover',
      text: 'Recover site',
      isLocked: true,
    });
    expect(menuOf(aConnection({ locked: false }), everything, now)[0]?.isLocked).toBe(false);
  });

  it('offers to activate what waits for it, and nothing over what is revoked', () => {
    expect(deeds({ status: 'issued', standby: null })).toContain('activate');
    expect(deeds({ status: 'issued', standby: null })).not.toContain('recover');
    expect(deeds({ status: 'revoked' })).toEqual([]);
  });

  it('lets what was asked be confirmed or objected to, and nothing else be asked', () => {
    const ann = { id: 'p1', name: 'Ann', email: 'ann@example.com' };
    const pending = { operation: 'reset', asked: '', askedBy: ann, confirmedBy: [], applies: '' };
    const shown = deeds({ pending });
    expect(shown).toContain('object');
    expect(shown).not.toContain('revoke');
    expect(shown).not.toContain('reset');
  });

  it('is as long as the role allows', () => {
    expect(deeds({}, (action) => action === 'connection.suspend')).toEqual(['suspend']);
    expect(deeds({ kind: 'cross-site' })).toEqual(['check-token', 'rename', 'deactivate']);
    expect(deeds({ kind: 'cross-site', status: 'issued' })).toEqual([
      'activate',
      'check-token',
      'reset',
      'rename',
      'deactivate',
    ]);
  });

  it('calls the exchange of a young token that was never used a refresh', () => {
    const until = (refreshableUntil: string | null) => {
      const connection = aConnection({ status: 'issued' });
      return { ...connection, token: { ...connection.token, refreshableUntil } };
    };
    expect(isRefresh(until('2026-11-29T23:59:00Z'), now)).toBe(true);
    expect(isRefresh(until('2026-11-28T01:00:00Z'), now)).toBe(false);
    expect(isRefresh(until(null), now)).toBe(false);
    expect(isRefresh(aConnection({ kind: 'cross-site', status: 'issued' }), now)).toBe(true);
  });
});
