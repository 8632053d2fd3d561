/** How far apart runs of a cron expression are at most, in minutes; nothing where its days are restricted. */
export function longestGap(cron: string): number | undefined {
  const [minutes, hours, day, month, weekday] = cron.trim().split(/\s+/);
  if (day !== '*' || month !== '*' || weekday !== '*') return undefined;
  const at = values(hours, 24).flatMap((hour) => values(minutes, 60).map((minute) => 60 * hour + minute));
  const [first] = at;
  if (first === undefined) return undefined;
  const gaps = at.map((minute, index) => (at[index + 1] ?? first + 24 * 60) - minute);
  return Math.max(...gaps);
}

/** What a field stands for: `*`, `5`, `1-5`, `1,2`, each with `/step`; nothing for what is written otherwise. */
function values(field: string | undefined, below: number): number[] {
  const found = new Set<number>();
  for (const part of (field ?? '').split(',')) {
    const match = /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) return [];
    const [, all, low, high, step] = match;
    const from = Number(low ?? 0);
    const isOpen = all === '*' || (step !== undefined && high === undefined);
    const to = isOpen ? below - 1 : Number(high ?? from);
    for (let value = from; value <= to && value < below; value += Math.max(1, Number(step ?? 1))) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}
