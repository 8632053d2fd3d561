import { invokeRemote, view } from '@forge/bridge';
import type { Transport } from '../api/transport';

type Input = Parameters<typeof invokeRemote>[0];
type Answer = Awaited<ReturnType<typeof invokeRemote>>;

/** These have no body, and a response that is given one is none. */
const BODILESS = [204, 205, 304];

/** Enters Jira: its colours, and the way to the server through it. `page` is the address of the app's own page. */
export async function enter(page: string): Promise<Transport> {
  await view.theme.enable();
  return through(new URL('.', page).href.replace(/\/$/, ''));
}

/**
 * Through Jira to the one remote of `forge/manifest.yml`. Atlassian adds a token that says who asks and from which site, and the
 * server checks it. An answer must come within 25 seconds; what takes longer is a job, and asked for again.
 */
export function through(base: string): Transport {
  return async (request) => {
    const input: Input = {
      path: request.url.slice(base.length),
      method: request.method as Input['method'],
      headers: Object.fromEntries(request.headers),
    };
    const text = request.method === 'GET' ? '' : await request.text();
    if (text !== '') input.body = JSON.parse(text) as unknown;
    return responseOf(await invokeRemote(input));
  };
}

/** What the bridge gives is no response of the browser's: its body was read already. */
function responseOf({ status, headers, body }: Answer): Response {
  const named = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(BODILESS.includes(status) ? null : text, { status, headers: named });
}
