import { Problem } from './problem';
import { isInJira } from './transport';
import type { Challenge, Signed } from './types';

/** Whether this browser offers passkeys to this page: it is served over TLS or from this machine, by a name. */
export function arePasskeysOffered(): boolean {
  // In Jira's frame the name is not this server's.
  if (isInJira) return false;
  const isName = !/^[\d.]+$|^\[/.test(location.hostname);
  return window.isSecureContext && isName && 'credentials' in navigator && 'PublicKeyCredential' in window;
}

/** Lets the person make a new passkey. */
export async function makePasskey(challenge: Challenge): Promise<Signed> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    optionsOf(challenge) as PublicKeyCredentialCreationOptionsJSON,
  );
  return signed(challenge, () => navigator.credentials.create({ publicKey }));
}

/** Lets the person use a passkey that they have. */
export async function signWithPasskey(challenge: Challenge): Promise<Signed> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    optionsOf(challenge) as PublicKeyCredentialRequestOptionsJSON,
  );
  return signed(challenge, () => navigator.credentials.get({ publicKey }));
}

/** The document knows the options only as an object: what is in it is the browser's own format. */
function optionsOf({ options }: Challenge): unknown {
  return (options as { publicKey?: unknown }).publicKey;
}

async function signed({ ceremony }: Challenge, ask: () => Promise<Credential | null>): Promise<Signed> {
  let credential: Credential | null;
  try {
    credential = await ask();
  } catch {
    // Browsers do not say whether the person declined or has no such passkey: it must not be found out.
    credential = null;
  }
  if (!(credential instanceof PublicKeyCredential)) throw unused();
  return { ceremony, credential: credential.toJSON() as Signed['credential'] };
}

function unused(): Problem {
  return new Problem({
    type: 'urn:lifeboat:problem:passkey',
    title: 'No passkey was used',
    status: 0,
    detail: 'It was declined, took too long, or there is none for this account on this device. Nothing was changed.',
  });
}
