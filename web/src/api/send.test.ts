import { afterEach, describe, expect, it, vi } from 'vitest';
import { attend, send } from './send';

const AGAIN = { type: 'urn:lifeboat:problem:sign-in-again', title: 'Sign in again to do this', status: 403 };

function answering(...answers: (Response | Error)[]) {
  const fetch = vi.fn<(request: Request) => Promise<Response>>();
  for (const answer of answers) {
    if (answer instanceof Error) fetch.mockRejectedValueOnce(answer);
    else fetch.mockResolvedValueOnce(answer);
  }
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

const post = () => new Request('http://x/api/v1/connections', { method: 'POST', body: '{"name":"a"}' });
const problem = () => new Response(JSON.stringify(AGAIN), { status: 403 });
const key = (request: Request | undefined) => request?.headers.get('Idempotency-Key');

afterEach(() => {
  attend(undefined);
  vi.unstubAllGlobals();
});

describe('a request', () => {
  it('that needs a fresh sign-in is sent again, body and key, once the password was given', async () => {
    const fetch = answering(problem(), new Response('{}', { status: 201 }));
    attend({ proveAgain: () => Promise.resolve(true), signedOut: vi.fn() });
    expect((await send(post())).status).toBe(201);
    const [first, second] = fetch.mock.calls.map(([request]) => request);
    expect(key(second)).toBe(key(first));
    expect(await second?.text()).toBe('{"name":"a"}');
  });

  it('is refused as it was when no password is given', async () => {
    answering(problem());
    attend({ proveAgain: () => Promise.resolve(false), signedOut: vi.fn() });
    const refused = await send(post());
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual(AGAIN);
  });

  it('whose answer is lost is sent again under the same key', async () => {
    const fetch = answering(new TypeError('network'), new Response('{}'));
    await send(post());
    const [first, second] = fetch.mock.calls.map(([request]) => request);
    expect(key(first)).toMatch(/^[0-9a-f-]{36}$/);
    expect(key(second)).toBe(key(first));
  });

  it('without a session says so, a wrong password at sign-in does not', async () => {
    const signedOut = vi.fn();
    attend({ proveAgain: () => Promise.resolve(false), signedOut });
    answering(new Response('{}', { status: 401 }), new Response('{}', { status: 401 }));
    await send(new Request('http://x/api/v1/sessions', { method: 'POST', body: '{}' }));
    expect(signedOut).not.toHaveBeenCalled();
    await send(new Request('http://x/api/v1/connections'));
    expect(signedOut).toHaveBeenCalledOnce();
  });
});
