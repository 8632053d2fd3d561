import type { Contact, Policy } from '../api/types';
import { plural } from './words';

/** How many recovery contacts' word counts now. Whoever asks does not count for themselves. */
export function countingContacts(contacts: Contact[], now: Date, requester?: string): number {
  return contacts.filter(({ counts, person }) => new Date(counts) <= now && person.id !== requester).length;
}

/** What to say where a policy asks for more recovery contacts than count; nothing where there are enough. */
export function shortage(policy: Policy, counting: number): string | undefined {
  const needed = policy.contactConfirmations;
  if (counting >= needed) return undefined;
  const asks = plural(needed, 'recovery contact', 'recovery contacts');
  const there = counting === 0 ? 'none counts' : counting === 1 ? 'only 1 counts' : `only ${String(counting)} count`;
  return `The policy ${policy.name} needs ${asks} to confirm, and ${there} now. No recovery can be unlocked until there are more: one counts a week after being named.`;
}
