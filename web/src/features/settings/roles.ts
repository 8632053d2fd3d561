import type { Role } from '../../api/types';
import { title } from '../../lib/words';

/** What each role is for, in a line. The table of who may do what is docs/roles.md. */
const ROLES: Record<Role, string> = {
  owner: 'everything here, and who has which role',
  administrator: 'sites, connections and recoveries',
  operator: 'backups, recovery points, and a recovery under way',
  auditor: 'reads everything but contents, and exports the audit log',
  contact: 'a recovery contact: confirms, objects, stops',
  support: 'checks who asks for a recovery, and approves',
  'support-lead': 'support, and who else is',
};

export const ROLE_OPTIONS = Object.entries(ROLES).map(([role, what]) => ({
  value: role,
  text: `${title(role)}: ${what}`,
}));

/** The role of an option. */
export function roleOf(value: string): Role {
  return value in ROLES ? (value as Role) : 'auditor';
}

/** The roles that somebody may give: only a support lead gives just support. */
export function givable(may: (action: string) => boolean): typeof ROLE_OPTIONS {
  if (may('member.change')) return ROLE_OPTIONS;
  return may('supporter.change') ? ROLE_OPTIONS.filter(({ value }) => value.startsWith('support')) : [];
}

/** The role that is offered first: the one that can do least. */
export function leastOf(options: typeof ROLE_OPTIONS): string {
  return options.some(({ value }) => value === 'auditor') ? 'auditor' : 'support';
}
