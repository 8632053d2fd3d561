import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Transport } from '../api/transport';

/** What Jira's side of the bridge was asked. */
interface Call {
  invokeType: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  body?: unknown;
}

const PAGE = 'https://app.cdn.prod.atlassian-dev.net/env/x/index.html';
const API = 'https://app.cdn.prod.atlassian-dev.net/env/x/api/v1';

const calls: Call[] = [];
let answer: unknown;
let transport: Transport;

/** Jira, as far as the bridge knows it: the real package talks to it. */
function callBridge(name: string, payload: Call): Promise<unknown> {
  if (name !== 'invoke') return Promise.resolve(undefined);
  calls.push(payload);
  return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
}

beforeEach(async () => {
  calls.length = 0;
  vi.stubGlobal('__bridge', { callBridge });
  const { enter } = await import('./bridge');
  transport = await enter(PAGE);
});

afterEach(() => vi.unstubAllGlobals());

const answered = (status: number, body?: unknown, headers: Record<string, string[]> = {}) => ({
  success: true,
  payload: { status, headers, body },
});

it('a request goes to the remote by its path alone, with query, headers and body', async () => {
  answer = answered(201, { id: '1' }, { etag: ['"7"'], 'content-type': ['application/json'] });
  const response = await transport(
    new Request(`${API}/connections?dry=1`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'k' },
      body: '{"name":"a"}',
    }),
  );
  expect(calls).toEqual([
    {
      invokeType: 'ui-remote-fetch',
      path: '/api/v1/connections?dry=1',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
      body: { name: 'a' },
    },
  ]);
  expect([response.status, response.headers.get('ETag'), await response.json()]).toEqual([201, '"7"', { id: '1' }]);
});

it('a problem stays one, and nothing stays nothing', async () => {
  answer = { success: false, error: { status: 409, headers: {}, body: { type: 'urn:lifeboat:problem:refused' } } };
  const refused = await transport(new Request(`${API}/sites`));
  expect([refused.ok, refused.status, await refused.json()]).toEqual([
    false,
    409,
    { type: 'urn:lifeboat:problem:refused' },
  ]);
  answer = answered(204);
  const done = await transport(new Request(`${API}/session`, { method: 'DELETE' }));
  expect([done.status, await done.text()]).toEqual([204, '']);
  expect(calls.at(-1)).not.toHaveProperty('body');
});

it('what is no JSON comes as it is', async () => {
  answer = answered(200, 'number,at\n1,now\n', { 'content-type': ['text/csv'] });
  const file = await transport(new Request(`${API}/audit/export`));
  expect(await file.text()).toBe('number,at\n1,now\n');
});

it('a bridge that does not answer is a network that does not', async () => {
  answer = new Error('timed out');
  await expect(transport(new Request(`${API}/sites`))).rejects.toThrow('timed out');
});
