import { number, record } from '../../lib/json';

/** The parts of a report that the page shows. Its whole is the file to download. */
export interface Report {
  holds: boolean;
  keysKept: number;
  keysRedirected: number;
  different: number;
  problems: number;
  extras: number;
  kinds: KindRow[];
  /** What cannot be made through Jira's API, with how often. */
  cannot: [string, number][];
}

export interface KindRow {
  kind: string;
  restored: number;
  matched: number;
  skipped: number;
  cannot: number;
  failed: number;
  different: number;
  missing: number;
}

/** Reads a report as the server keeps it; what it does not have counts as nothing. */
export function readReport(value: unknown): Report {
  const report = record(value);
  const kinds = Object.entries(record(report.kinds)).map(([kind, counts]) => kindRow(kind, record(counts)));
  const cannot = Object.entries(record(report.cannot)).map(([what, times]): [string, number] => [what, number(times)]);
  return {
    holds: report.holds === true,
    keysKept: number(report.keys_kept),
    keysRedirected: number(report.keys_redirected),
    different: number(report.different),
    problems: number(report.problems_count),
    extras: number(report.extras_count),
    kinds: kinds.filter((row) => total(row) > 0).sort((a, b) => total(b) - total(a)),
    cannot: cannot.sort(([, a], [, b]) => b - a),
  };
}

function kindRow(kind: string, counts: Record<string, unknown>): KindRow {
  return {
    kind,
    restored: number(counts.restored) + number(counts.in_other_form),
    matched: number(counts.matched),
    skipped: number(counts.skipped),
    cannot: number(counts.cannot),
    failed: number(counts.failed),
    different: number(counts.different),
    missing: number(counts.missing),
  };
}

/** How many objects of a kind a recovery was about. */
export function total({ restored, matched, skipped, cannot, failed, different, missing }: KindRow): number {
  return restored + matched + skipped + cannot + failed + different + missing;
}
