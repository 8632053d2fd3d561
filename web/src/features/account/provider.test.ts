import { afterEach, beforeEach, expect, test, vi } from 'vitest';

class Channel {
  static readonly open = new Set<Channel>();
  onmessage: (() => void) | null = null;
  constructor(private readonly name: string) {
    Channel.open.add(this);
  }
  postMessage() {
    for (const other of Channel.open) if (other !== this && other.name === this.name) other.onmessage?.();
  }
  close() {
    Channel.open.delete(this);
  }
}

const replaceState = vi.fn();
const close = vi.fn();

/** The module as a page finds it that is opened at an address. */
async function openedAt(hash: string) {
  vi.stubGlobal('window', { location: { hash, pathname: '/', search: '?tab=pull' }, history: { replaceState }, close });
  vi.resetModules();
  return import('./provider');
}

beforeEach(() => vi.stubGlobal('BroadcastChannel', Channel));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
  Channel.open.clear();
});

test('a refusal is said once and leaves the address', async () => {
  expect((await openedAt('#sign-in-failed')).wasRefused).toBe(true);
  expect(replaceState).toHaveBeenCalledWith(undefined, '', '/?tab=pull');
  expect((await openedAt('#anything')).wasRefused).toBe(false);
  expect(replaceState).toHaveBeenCalledTimes(1);
});

test('the page that asked hears of the proof, and hears no more once it stopped waiting', async () => {
  const { onceProven } = await openedAt('');
  const heard = vi.fn();
  const stop = onceProven(heard);
  (await openedAt('')).tellProven();
  expect(heard).not.toHaveBeenCalled();
  (await openedAt('#proven')).tellProven();
  expect(heard).toHaveBeenCalledTimes(1);
  expect(close).toHaveBeenCalledTimes(1);
  stop();
  (await openedAt('#proven')).tellProven();
  expect(heard).toHaveBeenCalledTimes(1);
});
