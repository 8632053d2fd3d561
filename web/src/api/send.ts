/** How requests are sent: done once, signed in again where that is needed, and told when the session is over. */

import { carry } from './transport';

/** What the application does for requests that need a person. */
export interface Attendant {
  /** Asks for the password again; whether it was given. */
  proveAgain: () => Promise<boolean>;
  /** The session is over. */
  signedOut: () => void;
}

let attendant: Attendant | undefined;

/** Who is asked when a request needs a person. */
export function attend(by: Attendant | undefined): void {
  attendant = by;
}

/** These say themselves what a refused password or passkey means. */
const PASSWORDS = ['/api/v1/sessions', '/api/v1/sessions/passkey', '/api/v1/session/proof', '/api/v1/session/password'];

export async function send(request: Request): Promise<Response> {
  if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
    request.headers.set('Idempotency-Key', crypto.randomUUID());
  }
  const response = await sent(request);
  if (response.ok || PASSWORDS.includes(new URL(request.url).pathname)) return response;
  if (response.status === 401) attendant?.signedOut();
  if (response.status === 403 && (await kind(response)) === 'sign-in-again' && (await attendant?.proveAgain())) {
    return sent(request);
  }
  return response;
}

/** A POST whose answer was lost is sent again: its key lets the server do it once. */
async function sent(request: Request): Promise<Response> {
  try {
    return await carry(request.clone());
  } catch (error) {
    if (request.method !== 'POST' || request.signal.aborted) throw error;
    return carry(request.clone());
  }
}

async function kind(response: Response): Promise<string | undefined> {
  try {
    const problem = (await response.clone().json()) as { type?: unknown };
    return typeof problem.type === 'string' ? problem.type.replace('urn:lifeboat:problem:', '') : undefined;
  } catch {
    return undefined;
  }
}
