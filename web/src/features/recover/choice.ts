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

/** Somebody of the source. */
export interface Person {
  account: string;
  name: string;
}

/** Pairs of account ids, a line each: source, standby, and a name for whoever reads it. A first line of headings is left out,
 * and so is a line that names somebody and leaves the account open. */
export function peopleOf(csv: string): People {
  const people: People = { map: {}, wrong: [] };
  for (const [index, line] of csv.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [source, standby, name, ...more] = cellsOf(line);
    if (index === 0 && source?.toLowerCase() === 'source') continue;
    if (source && standby && more.length === 0) people.map[source] = standby;
    else if (!source || name === undefined || more.length > 0) people.wrong.push(line.trim());
  }
  return people;
}

/** The lines with somebody's account on the standby said, or left open. */
export function withPerson(csv: string, { account, name }: Person, standby: string): string {
  const line = [account, standby.trim(), name].map(quoted).join(',');
  const lines = csv.split(/\r?\n/).filter((one) => one.trim() !== '');
  const at = lines.findIndex((one) => cellsOf(one)[0] === account);
  return (at < 0 ? [...lines, line] : lines.with(at, line)).join('\n');
}

/** The lines with all of these people, those who are not decided about left open. */
export function withPeople(csv: string, people: Person[]): string {
  const { map } = peopleOf(csv);
  const headed = csv.trim() === '' ? 'source,standby,name' : csv;
  return people.reduce((lines, person) => withPerson(lines, person, map[person.account] ?? ''), headed);
}

/** A cell may stand in quotes, and then have separators in it. */
const CELL = /\s*(?:"((?:[^"]|"")*)"|((?:[^",;\t][^,;\t]*)?))\s*(?:[,;\t]|$)/y;

function cellsOf(line: string): string[] {
  const cells: string[] = [];
  CELL.lastIndex = 0;
  while (CELL.lastIndex < line.length) {
    const found = CELL.exec(line);
    // What follows a closed quote without a separator: no cell.
    if (!found) return [];
    cells.push((found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim());
  }
  return /[,;\t]$/.test(line) ? [...cells, ''] : cells;
}

function quoted(cell: string): string {
  return /["\s,;]/.test(cell) ? `"${cell.replaceAll('"', '""').replaceAll(/\s/g, ' ')}"` : cell;
}
