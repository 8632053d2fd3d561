/** Where the server sends browsers that come back from the provider of sign-ins (OpenID Connect); it says no more than this. */
const marks = ['#sign-in-failed', '#proven'] as const;

/** What the address said when the page was opened: taken out of it before anything is shown. */
const mark = takeMark();

function takeMark(): (typeof marks)[number] | undefined {
  const found = marks.find((known) => known === window.location.hash);
  if (found) window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  return found;
}

/** Where the server sends a browser on to the provider. */
export const atProvider = (route: 'sign-in/oidc' | 'session/proof/oidc') =>
  new URL(`api/v1/${route}`, document.baseURI).href;

/** Whether this browser comes back from the provider and was not let in. */
export const wasRefused = mark === '#sign-in-failed';

const channel = 'lifeboat-proven';

/** Tells the page that asked for it that somebody proved again who they are, and closes the window that this was done in. */
export function tellProven(): void {
  if (mark !== '#proven') return;
  const told = new BroadcastChannel(channel);
  told.postMessage(true);
  told.close();
  window.close();
}

/** Calls back once somebody proved in another window who they are; gives what stops the waiting. */
export function onceProven(act: () => void): () => void {
  const heard = new BroadcastChannel(channel);
  heard.onmessage = act;
  return () => heard.close();
}
