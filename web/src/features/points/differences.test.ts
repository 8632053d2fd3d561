import { describe, expect, it } from 'vitest';
import { differences, nameOf } from './differences';

const doc = (...texts: string[]) => ({
  type: 'doc',
  content: texts.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
});

describe('differences', () => {
  it('tells each value that is otherwise by its place', () => {
    const before = { key: 'AB-1', fields: { summary: 'old', labels: ['a', 'b'], votes: 1 } };
    const after = { key: 'AB-1', fields: { summary: 'new', labels: ['a'], votes: 1, priority: { name: 'High' } } };
    expect(differences(before, after)).toEqual([
      { path: 'fields.summary', before: 'old', after: 'new' },
      { path: 'fields.labels.1', before: 'b', after: undefined },
      { path: 'fields.priority.name', before: undefined, after: 'High' },
    ]);
  });
  it('tells nothing of what is the same', () => {
    expect(differences({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
  });
  it('tells a document by its text', () => {
    const [difference] = differences({ body: doc('one') }, { body: doc('one', 'two') });
    expect(difference).toEqual({ path: 'body', before: 'one', after: 'one\ntwo' });
  });
  it('tells all of what was not there', () => {
    expect(differences(null, { name: 'Bug', colour: { red: 1 } })).toEqual([
      { path: 'name', before: undefined, after: 'Bug' },
      { path: 'colour.red', before: undefined, after: '1' },
    ]);
  });
  it('does not look into what changed its kind', () => {
    expect(differences({ a: [1] }, { a: { b: 1 } })).toEqual([
      { path: 'a', before: '[\n 1\n]', after: '{\n "b": 1\n}' },
    ]);
  });
});

describe('nameOf', () => {
  it('knows issues and what has a name', () => {
    expect(nameOf({ key: 'AB-1', fields: { summary: 'A bug' } })).toBe('AB-1 A bug');
    expect(nameOf({ name: 'Bug' })).toBe('Bug');
    expect(nameOf(null)).toBe('');
  });
});
