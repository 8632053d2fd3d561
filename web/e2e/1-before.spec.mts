import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { browserOf, CONNECTION, expectQuiet, inspect, join, sessionOf, world } from './world.mts';

test.describe.configure({ mode: 'serial' });
test.afterEach(expectQuiet);

let page: Page;
const h1 = (name: string) => page.getByRole('heading', { level: 1, name });

test.beforeAll(async ({ browser }) => {
  ({ page } = await browserOf(browser));
});

test.afterAll(async () => {
  await page.context().storageState({ path: sessionOf('owner') });
  await page.context().close();
});

test('whoever is not signed in signs in, at any address', async () => {
  await page.goto('/connections');
  await expect(h1('Sign in')).toBeVisible();
  await inspect(page, 'sign-in');
  await page.getByLabel('E-mail address').fill('nobody@example.com');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('The e-mail address or the password is wrong.');
});

test('the first owner joins by the one-time link, which stays nowhere', async () => {
  await page.goto(world.ownerLink);
  await expect(h1('Choose a password')).toBeVisible();
  expect(page.url()).not.toContain('#');
  await inspect(page, 'join');
  // A link works once, in a page of its own.
  await page.goto('about:blank');
  await join(page, world.ownerLink);
  await inspect(page, 'connections-empty');
});

test('the standby is added, once its credentials have proven good', async () => {
  await page.getByRole('link', { name: 'Sites & backups' }).click();
  await expect(h1('Sites & backups')).toBeFocused();
  await page.getByRole('button', { name: 'Add site' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await dialog.getByLabel('Name').fill('standby');
  await dialog.getByLabel('Address', { exact: true }).fill(world.standby.url);
  await dialog.getByLabel('E-mail address of the account').fill(world.standby.email);
  await dialog.getByLabel('API token').fill('wrong');
  await dialog.getByRole('button', { name: 'Add site' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await inspect(page, 'add-site');
  await dialog.getByLabel('API token').fill(world.standby.token);
  await dialog.getByRole('button', { name: 'Add site' }).click();
  await expect(page.getByRole('link', { name: 'standby' })).toBeVisible();
});

test('the source is backed up', async () => {
  await page.getByRole('link', { name: 'production' }).click();
  await expect(h1('production')).toBeVisible();
  await expect(page.getByText('The site answers, and the credentials suffice')).toBeVisible();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Back up now' }).click();
  await expect(page.getByRole('link', { name: /^No\. \d+$/ }).first()).toBeVisible({ timeout: 45_000 });
  await page.getByRole('button', { name: 'Add schedule' }).click();
  await inspect(page, 'add-schedule');
  await page.getByRole('dialog').getByRole('button', { name: 'Add schedule' }).click();
  await expect(page.getByText('*/15 * * * *')).toBeVisible();
});

test('a connection is made, and its token is shown once', async () => {
  await page.getByRole('link', { name: 'Recovery connections' }).click();
  await page.getByRole('button', { name: 'Add recovery connection' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Connection name')).toBeFocused();
  await dialog.getByLabel('Connection name').fill(CONNECTION);
  await dialog.getByLabel('Source site').selectOption({ label: `production (${world.source.replace(/\/$/, '')})` });
  await inspect(page, 'add-connection');

  // The server asks for a fresh sign-in: the same request goes on after it.
  let asked = false;
  await page.route('**/api/v1/connections', async (route) => {
    if (asked || route.request().method() !== 'POST') return route.continue();
    asked = true;
    const problem = { type: 'urn:lifeboat:problem:sign-in-again', title: 'Sign in again to do this', status: 403 };
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  });
  await dialog.getByRole('button', { name: 'Add connection' }).click();
  const again = page.getByRole('dialog', { name: 'Is it you?' });
  await inspect(page, 'prove-again');
  await again.getByLabel('Password').fill('correct horse battery staple');
  await again.getByRole('button', { name: 'Confirm' }).click();

  const once = page.getByRole('dialog', { name: 'Keep the recovery token' });
  const token = await once.getByLabel('Recovery Token', { exact: true }).innerText();
  expect(token).toMatch(/^lbr1_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
  await inspect(page, 'token-once');
  await page.keyboard.press('Escape');
  await expect(once).toBeVisible();
  await once.getByRole('button', { name: 'Copy' }).last().click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  const download = page.waitForEvent('download');
  await once.getByRole('button', { name: 'Download emergency kit' }).click();
  const kit = await readFile(await (await download).path(), 'utf8');
  expect(kit).toContain(token);
  expect(kit).toContain('On the day');

  await once.getByLabel(/last 6 characters/).fill('000000');
  await expect(once.getByRole('button', { name: 'I stored it' })).toBeDisabled();
  await once.getByLabel(/last 6 characters/).fill(token.slice(-6));
  await once.getByRole('button', { name: 'I stored it' }).click();
  await expect(once).toBeHidden();

  const kept = await page.evaluate(() =>
    JSON.stringify([
      location.href,
      history.state,
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      document.cookie,
    ]),
  );
  expect(kept).not.toContain(token.slice(5, 17));
  expect(await readFile(world.log, 'utf8')).not.toContain(token);
  await expect(page.getByRole('row', { name: CONNECTION }).getByText('Activation pending')).toBeVisible();
  process.env.TOKEN = token;
});

test('the standby activates it, and it is locked', async () => {
  await page.getByRole('button', { name: 'Activate connection' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Source Site URL').fill(world.source);
  await dialog.getByLabel('Recovery Token').fill('lbr1_typo');
  await dialog.getByLabel('Standby site').selectOption({ label: `standby (${world.standby.url.replace(/\/$/, '')})` });
  await dialog.getByRole('button', { name: 'Activate' }).click();
  await expect(dialog.getByLabel('Recovery Token')).toHaveAttribute('aria-invalid', 'true');
  await inspect(page, 'activate');
  await dialog.getByLabel('Recovery Token').fill(process.env.TOKEN ?? '');
  await dialog.getByRole('button', { name: 'Activate' }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('row', { name: CONNECTION });
  await expect(row.getByText('Active', { exact: true })).toBeVisible();
  await expect(row.getByText('Locked')).toBeVisible();
  await inspect(page, 'connections');

  await page.getByRole('button', { name: `Actions for ${CONNECTION}` }).press('Enter');
  await inspect(page, 'connection-menu');
  await page.getByRole('menuitem', { name: 'Recover site' }).press('Enter');
  await expect(page.getByRole('dialog', { name: 'Why is this locked?' })).toBeVisible();
  await inspect(page, 'why-locked');
  await page.keyboard.press('Escape');
});
