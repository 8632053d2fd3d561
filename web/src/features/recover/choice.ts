/** What is typed into the forms of *Recover site*, as the API takes it. */

/** Project keys, however they are separated; nothing stands for the whole site. */
export function projectKeys(typed: string): string[] {
  const keys = typed.split(/[\s,;]+/).map((key) => key.trim().toUpperCase());
  return [...new Set(keys.filter((key) => key !== ''))];
}

/** What is chosen for a recovery or a dry run of it. */
export interface Choice {
  withoutAttachments: boolean;
  people: Record<string, string>;
  fallbackPerson: string | null;
}

export interface People {
  map: Record<string, string>;
  /** Lines that are no pair, as they stand. */
  wrong: string[];
}

/** Pairs of account ids, a line each: source, standby. A first line of headings is left out. */
export function peopleOf(csv: string): People {
  const people: People = { map: {}, wrong: [] };
  for (const [index, line] of csv.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const cells = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const [source, standby] = cells;
    if (index === 0 && source?.toLowerCase() === 'source') continue;
    if (cells.length === 2 && source && standby) people.map[source] = standby;
    else people.wrong.push(line.trim());
  }
  return people;
}
