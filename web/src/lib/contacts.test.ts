import { describe, expect, it } from 'vitest';
import type { Contact } from '../api/types';
import { STANDARD, STRICT } from '../features/settings/fixtures';
import { countingContacts, shortage } from './contacts';

const now = new Date('2026-11-30T12:00:00Z');
const contact = (id: string, counts: string): Contact => ({
  person: { id, name: id, email: `${id}@example.com` },
  registered: '2026-11-20T12:00:00Z',
  counts,
});
const contacts = [
  contact('a', '2026-11-30T12:00:00Z'),
  contact('b', '2026-11-30T12:00:01Z'),
  contact('c', '2026-11-01T00:00:00Z'),
];

describe('recovery contacts', () => {
  it('count a week after they were named, and not for themselves', () => {
    expect(countingContacts(contacts, now)).toBe(2);
    expect(countingContacts(contacts, now, 'a')).toBe(1);
    expect(countingContacts([], now)).toBe(0);
  });

  it('are too few where a policy needs more', () => {
    expect(shortage(STANDARD, 1)).toBeUndefined();
    expect(shortage(STRICT, 1)).toContain(
      'The policy strict needs 2 recovery contacts to confirm, and only 1 counts now.',
    );
    expect(shortage(STANDARD, 0)).toContain('needs 1 recovery contact to confirm, and none counts now.');
  });
});
