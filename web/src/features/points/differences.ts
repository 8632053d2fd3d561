import { list, record, text } from '../../lib/json';

/** A value that is otherwise. */
export interface Difference {
  /** Where it is: `fields.summary`, `fields.labels.2`. */
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** What is otherwise between two states of an object, value by value. A document counts as its text. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isSame(before, after)) return [];
  if (isDocument(before) || isDocument(after) || !isBranch(before, after)) {
    return [{ path, before: shown(before), after: shown(after) }];
  }
  const names = new Set([...Object.keys(branch(before)), ...Object.keys(branch(after))]);
  return [...names].flatMap((name) =>
    differences(branch(before)[name], branch(after)[name], path === '' ? name : `${path}.${name}`),
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** Whether one of them has members that can be looked into: the other may not be there. */
function isBranch(before: unknown, after: unknown): boolean {
  const kinds = [before, after].filter((value) => value !== undefined && value !== null);
  return (
    kinds.every((value) => typeof value === 'object') && new Set(kinds.map((kind) => Array.isArray(kind))).size < 2
  );
}

function branch(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isDocument(value: unknown): boolean {
  return record(value).type === 'doc';
}

function shown(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (isDocument(value)) return plain(value).trim();
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 1);
}

/** Nodes that end a line. */
const BLOCKS = ['paragraph', 'heading', 'codeBlock', 'listItem', 'tableRow', 'hardBreak', 'rule'];

function plain(node: unknown): string {
  const members = record(node);
  const own = text(members.text) || text(record(members.attrs).text);
  const all = own + list(members.content).map(plain).join('');
  return BLOCKS.includes(text(members.type)) ? `${all}\n` : all;
}

/** What people call an object, where it says so. */
export function nameOf(object: unknown): string {
  const members = record(object);
  const fields = record(members.fields);
  const key = text(members.key);
  const name = text(members.name) || text(fields.summary) || text(members.filename);
  return [key, name].filter((part) => part !== '').join(' ');
}
