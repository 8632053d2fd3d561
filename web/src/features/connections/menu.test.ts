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
    expect(deeds({ kind: 'cross-site' })).toEqual([
      'check-token',
      'reset',
      'rename',
      'suspend',
      'deactivate',
      'revoke',
    ]);
  });

  it('calls the exchange of a young token that was never used a refresh', () => {
    const fresh = { status: 'issued', activated: null, made: '2026-11-29T01:00:00Z' };
    expect(isRefresh(aConnection(fresh), now)).toBe(true);
    expect(isRefresh(aConnection({ ...fresh, made: '2026-11-28T01:00:00Z' }), now)).toBe(false);
    expect(isRefresh(aConnection(), now)).toBe(false);
  });
});
