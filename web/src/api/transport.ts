/** How requests reach the server: over the network, or through Jira, when the page stands in it. */
export type Transport = (request: Request) => Promise<Response>;

const network: Transport = (request) => fetch(request);

let chosen = network;

/** Chosen once, before the first request. */
export function chooseTransport(transport: Transport): void {
  chosen = transport;
}

/** Carries a request to the server. */
export function carry(request: Request): Promise<Response> {
  return chosen(request);
}

/**
 * Whether the page stands in Jira, as a Forge app's. Only the build for Forge can: the bridge to Jira is under Atlassian's own
 * terms, and no part of the one that the server has.
 */
export const isInJira = import.meta.env.MODE === 'forge' && '__bridge' in globalThis;
