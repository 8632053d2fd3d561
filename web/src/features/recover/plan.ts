import { list, number, record, text } from '../../lib/json';
import type { Person } from './choice';

/** The parts of a dry run that the page shows. Its whole is the file to download. */
export interface Plan {
  seconds: number;
  boundBy: string;
  /** Who has no account on the standby, and whom nobody decided about. */
  missing: Person[];
  kinds: PlannedKind[];
  /** What cannot be made, with why and how often. */
  cannot: { kind: string; reason: string; count: number }[];
  /** What is lost of objects that are made, what is done instead, and how often. */
  losses: { what: string; instead: string; count: number }[];
  /** What the account may not do and would have to. */
  permissions: { key: string; why: string }[];
}

export interface PlannedKind {
  kind: string;
  create: number;
  matched: number;
  skipped: number;
  cannot: number;
}

/** Reads a plan as the server gives it; what it does not have counts as nothing. */
export function readPlan(value: unknown): Plan {
  const plan = record(value);
  const estimate = record(plan.estimate);
  const kinds = Object.entries(record(plan.kinds)).map(([kind, counts]) => plannedKind(kind, record(counts)));
  const size = ({ create, matched, skipped, cannot }: PlannedKind) => create + matched + skipped + cannot;
  return {
    seconds: number(estimate.seconds),
    boundBy: text(estimate.bound_by),
    missing: list(plan.users_missing)
      .map(record)
      .map(({ account, name }) => ({ account: text(account), name: text(name) })),
    kinds: kinds.filter((kind) => size(kind) > 0).sort((a, b) => size(b) - size(a)),
    cannot: list(plan.cannot)
      .map(record)
      .map((group) => ({ kind: text(group.kind), reason: text(group.reason), count: number(group.count) })),
    losses: Object.values(record(plan.losses))
      .map(record)
      .map((loss) => ({ what: text(loss.what), instead: text(loss.instead), count: number(loss.count) }))
      .sort((a, b) => b.count - a.count),
    permissions: list(plan.permissions)
      .map(record)
      .map(({ key, why }) => ({ key: text(key), why: text(why) })),
  };
}

function plannedKind(kind: string, counts: Record<string, unknown>): PlannedKind {
  return {
    kind,
    create: number(counts.create),
    matched: number(counts.matched),
    skipped: number(counts.skipped),
    cannot: number(counts.cannot),
  };
}
