import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { dropAllDrafts, dropDraft, keepDraft, readDraft } from './draft';

/** A tab's storage, as far as drafts use it. */
class Tab {
  [key: string]: unknown;
  getItem(key: string) {
    return (this[key] as string | undefined) ?? null;
  }
  setItem(key: string, value: string) {
    this[key] = value;
  }
  removeItem(key: string) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- as a browser's storage
    delete this[key];
  }
}

const EMPTY = { point: '', projects: '', leavesOut: false };

beforeEach(() => vi.stubGlobal('sessionStorage', new Tab()));
afterEach(() => vi.unstubAllGlobals());

it('what was typed is there again, until it is sent', () => {
  expect(readDraft('a', EMPTY)).toEqual(EMPTY);
  keepDraft('a', { point: '7', projects: 'AB, CD', leavesOut: true });
  expect(readDraft('a', EMPTY)).toEqual({ point: '7', projects: 'AB, CD', leavesOut: true });
  expect(readDraft('b', EMPTY)).toEqual(EMPTY);
  dropDraft('a');
  expect(readDraft('a', EMPTY)).toEqual(EMPTY);
});

it('what is of another shape counts for nothing', () => {
  keepDraft('a', { point: true, projects: 'AB', more: 'x' });
  expect(readDraft('a', EMPTY)).toEqual({ ...EMPTY, projects: 'AB' });
  sessionStorage.setItem('lifeboat-draft/a', '{"point":');
  expect(readDraft('a', EMPTY)).toEqual(EMPTY);
});

it('whoever signs out leaves nothing', () => {
  keepDraft('a', { point: '7' });
  keepDraft('b', { point: '8' });
  sessionStorage.setItem('other', 'stays');
  dropAllDrafts();
  expect(Object.keys(sessionStorage)).toEqual(['other']);
});

it('without a storage forms work all the same', () => {
  vi.stubGlobal('sessionStorage', undefined);
  keepDraft('a', { point: '7' });
  expect(readDraft('a', EMPTY)).toEqual(EMPTY);
  dropAllDrafts();
});
