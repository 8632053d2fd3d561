import { describe, expect, it } from 'vitest';
import { isStored, kitFile, kitText, type Kit } from './kit';

const kit: Kit = {
  connection: 'Production to standby',
  sourceUrl: 'https://example.atlassian.net',
  token: 'lbr1_abcdefghijkl_secret_XyZ123',
  server: 'https://lifeboat.example.com',
  contacts: ['Carl, carl@example.org'],
  made: '29 Nov 2026, 12:00 UTC',
};

describe('the emergency kit', () => {
  it('holds all that is needed on the day', () => {
    const text = kitText(kit);
    for (const part of [kit.token, kit.sourceUrl, kit.server, 'carl@example.org', 'Activate connection']) {
      expect(text).toContain(part);
    }
  });

  it('says that nobody can help while there are no contacts', () => {
    expect(kitText({ ...kit, contacts: [] })).toContain('None are named yet');
  });

  it('has a file name that every system takes', () => {
    expect(kitFile('Production to standby')).toBe('lifeboat-emergency-kit-Production-to-standby.txt');
    expect(kitFile('../..')).toBe('lifeboat-emergency-kit-connection.txt');
  });

  it('counts as stored only by the last six characters', () => {
    expect(isStored(kit.token, ' XyZ123 ')).toBe(true);
    expect(isStored(kit.token, 'xyz123')).toBe(false);
    expect(isStored(kit.token, '3')).toBe(false);
    expect(isStored(kit.token, '')).toBe(false);
  });
});
