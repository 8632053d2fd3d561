import { expect, test, type Page } from '@playwright/test';
import { browserOf, choose, expectQuiet, inspect } from './world.mts';

test.describe.configure({ mode: 'serial' });
test.afterEach(expectQuiet);

/** The connection that was made by keyboard alone. */
const BEFORE = 'By keyboard';
const NAME = 'Renamed';

let owner: Page;
let contact: Page;

test.beforeAll(async ({ browser }) => {
  ({ page: owner } = await browserOf(browser, 'owner'));
  ({ page: contact } = await browserOf(browser, 'contact'));
});

test.afterAll(async () => {
  await owner.context().close();
  await contact.context().close();
});

const statusOf = (page: Page, status: string) =>
  page.getByRole('row', { name: NAME }).getByText(status, { exact: true });

/** Chooses from the menu, looks at the dialog, and says yes. */
async function yes(page: Page, item: string, button: string, picture: string): Promise<void> {
  await page.goto('/connections');
  await choose(page, NAME, item);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: button, exact: true })).toBeVisible();
  await inspect(page, picture);
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await expect(dialog).toBeHidden();
}

test('a connection is renamed', async () => {
  await owner.goto('/connections');
  await choose(owner, BEFORE, 'Rename');
  const dialog = owner.getByRole('dialog');
  await dialog.getByLabel('Connection name').fill(NAME);
  await inspect(owner, 'rename');
  await dialog.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(owner.getByRole('link', { name: NAME })).toBeVisible();
});

test('it is suspended, and a contact’s vote takes it up again', async () => {
  await yes(owner, 'Suspend', 'Suspend', 'suspend');
  await expect(statusOf(owner, 'Suspended')).toBeVisible();
  await yes(contact, 'Vote to take it up again', 'Vote', 'vote');
  await yes(owner, 'Take it up again', 'Take it up again', 'resume');
  await expect(statusOf(owner, 'Active')).toBeVisible();
});

test('its standby is released', async () => {
  await owner.goto('/connections');
  await choose(owner, NAME, 'Release connection');
  const dialog = owner.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Release', exact: true })).toBeDisabled();
  await dialog.getByLabel(/^Yes: it can be activated again/).check();
  await inspect(owner, 'release');
  await dialog.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(statusOf(owner, 'Activation pending')).toBeVisible();
});

test('a reset is asked for, and a contact objects', async () => {
  await yes(owner, 'Reset token', 'Ask for the reset', 'reset');
  await yes(contact, 'Object to what was asked', 'Object', 'object');
});

test('it is revoked once a contact confirms', async () => {
  await yes(owner, 'Revoke', 'Ask for the revocation', 'revoke');
  await yes(contact, 'Confirm what was asked', 'Confirm', 'confirm-pending');
  await owner.goto('/connections');
  await expect(statusOf(owner, 'Revoked')).toBeVisible();
});

test('the audit log is searched for what was done to it', async () => {
  await owner.goto('/audit');
  await owner.getByLabel('Connection', { exact: true }).selectOption({ label: NAME });
  await owner.getByLabel('What', { exact: true }).fill('connection.rename');
  const rows = owner.getByRole('table', { name: /^Audit events/ }).getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(owner).toHaveURL(/action=connection\.rename/);
  // The address says it: a reload finds the same.
  await owner.reload();
  await expect(rows).toHaveCount(2);
  await inspect(owner, 'audit-filtered');
  await owner.getByRole('button', { name: 'Show everything' }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(20);
});
