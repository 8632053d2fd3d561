import type { Connection, Point, Safeguards, Schedule, Site } from '../../api/types';
import { countingContacts, shortage } from '../../lib/contacts';
import { longestGap } from '../../lib/cron';
import { secondsBetween } from '../../lib/time';

/** What is known around a connection; what somebody may not see is not known. */
export interface Known {
  /** The newest recovery point of the source; `null` if there is none. */
  point?: Point | null | undefined;
  safeguards?: Safeguards | undefined;
  sites?: Site[] | undefined;
  schedules?: Schedule[] | undefined;
}

export interface Check {
  text: string;
  isMet: boolean;
  /** What to do about it. */
  remedy: string;
}

export type Lateness = 'in-time' | 'late' | 'very-late';

/** A site, as far as its target goes. */
export type Targeted = Pick<Site, 'id' | 'rpoTargetSeconds'>;

/** Without a schedule that says otherwise, a backup of this age is old. */
const USUAL_TARGET = 24 * 3_600;

/** How old the newest recovery point of a site may be, in seconds: as somebody said it, or else by its schedule. */
export function targetOf(source: Targeted | undefined, schedules: Schedule[] | undefined): number | undefined {
  if (source?.rpoTargetSeconds != null) return source.rpoTargetSeconds;
  const captures = (schedules ?? []).filter(
    ({ site, kind, enabled }) => site.id === source?.id && kind === 'capture' && enabled,
  );
  const gaps = captures.map(({ cron }) => longestGap(cron)).filter((gap) => gap !== undefined);
  return gaps.length > 0 ? 60 * Math.min(...gaps) : undefined;
}

/** The source of a connection, with what is known of it. */
export function sourceOf({ source }: Connection, { sites }: Known): Targeted {
  return sites?.find(({ id }) => id === source.id) ?? { id: source.id };
}

/** Amber over the target, red over twice of it. */
export function lateness(lag: number, target: number | undefined): Lateness {
  const allowed = target ?? USUAL_TARGET;
  if (lag <= allowed) return 'in-time';
  return lag <= 2 * allowed ? 'late' : 'very-late';
}

/** What must stand for a recovery over this connection to succeed on the day. */
export function checksOf(connection: Connection, known: Known, now: Date): Check[] {
  const checks: Check[] = [
    {
      text: 'It is active on a standby',
      isMet: connection.status === 'active',
      remedy: 'Activate it on the standby site, with the source site URL and the recovery token.',
    },
    {
      text: 'The recovery token is in somebody’s hands',
      isMet: !connection.token.awaited,
      remedy: 'A reset ended the last token: take the new one.',
    },
  ];
  const { checkDue } = connection.token;
  if (checkDue) {
    checks.push({
      text: 'The token was checked in time',
      isMet: new Date(checkDue) > now,
      remedy: 'Paste the token once, to prove that it can be found.',
    });
  }
  return [...checks, ...aroundIt(connection, known, now)];
}

function aroundIt(connection: Connection, known: Known, now: Date): Check[] {
  const checks: Check[] = [];
  if (known.point !== undefined) {
    const target = targetOf(sourceOf(connection, known), known.schedules);
    const lag = known.point ? secondsBetween(known.point.taken, now) : undefined;
    checks.push({
      text: 'The source was backed up in time',
      isMet: lag !== undefined && lateness(lag, target) === 'in-time',
      remedy: 'Back the source up now, and see to its schedule.',
    });
  }
  if (known.safeguards) {
    const { contacts, policy } = known.safeguards;
    const short = shortage(policy, countingContacts(contacts, now));
    checks.push({ text: 'There are enough recovery contacts', isMet: short === undefined, remedy: short ?? '' });
  }
  const standby = known.sites?.find(({ id }) => id === connection.standby?.id);
  if (standby) {
    checks.push({
      text: 'Credentials of the standby are stored',
      isMet: standby.hasCredentials,
      remedy: 'Set the standby’s credentials under Sites & backups.',
    });
  }
  return checks;
}
