import type { Connection, Point, Safeguards, Schedule, Site } from '../../api/types';
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

/** Without a schedule that says otherwise, a backup of this age is old. */
const USUAL_TARGET = 24 * 3_600;

/** How old the newest recovery point may be by the source's schedule, in seconds; nothing where none says it. */
export function targetOf(source: string, schedules: Schedule[] | undefined): number | undefined {
  const captures = (schedules ?? []).filter(
    ({ site, kind, enabled }) => site.id === source && kind === 'capture' && enabled,
  );
  const gaps = captures.map(({ cron }) => longestGap(cron)).filter((gap) => gap !== undefined);
  return gaps.length > 0 ? 60 * Math.min(...gaps) : undefined;
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
    const target = targetOf(connection.source.id, known.schedules);
    const lag = known.point ? secondsBetween(known.point.taken, now) : undefined;
    checks.push({
      text: 'The source was backed up in time',
      isMet: lag !== undefined && lateness(lag, target) === 'in-time',
      remedy: 'Back the source up now, and see to its schedule.',
    });
  }
  if (known.safeguards) {
    const counting = known.safeguards.contacts.filter(({ counts }) => new Date(counts) <= now).length;
    checks.push({
      text: 'There are enough recovery contacts',
      isMet: counting >= known.safeguards.policy.contactConfirmations,
      remedy: 'Name recovery contacts: one counts a week after being named.',
    });
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
