import { api, body } from './client';

/** Sends this browser to Atlassian for the consent to work on a site; it comes back to the site's page. */
export async function askForConsent(name: string, url: string): Promise<void> {
  const { location } = await body(api.POST('/api/v1/consents', { body: { name, url } }));
  window.location.assign(location);
}
