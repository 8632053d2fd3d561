import { expect, test, type Page } from '@playwright/test';
import { browserOf, choose, codeFor, CONNECTION, expectQuiet, inspect, PASSWORD, world } from './world.mts';

test.describe.configure({ mode: 'serial' });
test.afterEach(expectQuiet);

let owner: Page;
let contact: Page;

test.beforeAll(async ({ browser }) => {
  ({ page: owner } = await browserOf(browser, 'owner'));
  ({ page: contact } = await browserOf(browser, 'contact'));
  for (const page of [owner, contact]) await giveDevice(page);
});

test.afterAll(async () => {
  await owner.context().close();
  await contact.context().close();
});

/** A device that keeps passkeys and says yes. */
async function giveDevice(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto('/settings/account');
  await page.getByRole('button', { name: 'Add passkey' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add passkey' });
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await inspect(page, 'add-passkey');
  await dialog.getByRole('button', { name: 'Add passkey' }).click();
  await expect(page.getByRole('cell', { name, exact: true })).toBeVisible();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
}

test('a passkey is added, and one signs in with it', async () => {
  await addPasskey(owner, 'Laptop');
  await signOut(owner);
  await owner.getByLabel('E-mail address').fill(world.owner);
  await owner.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(owner.getByRole('button', { name: /Account of/ })).toBeVisible();
});

test('a policy that asks for more contacts than there are waits until the contact agrees', async () => {
  await owner.goto('/settings/safeguards');
  await owner.getByRole('button', { name: 'Change policy' }).click();
  const dialog = owner.getByRole('dialog');
  // Every value can be changed, and what that means is told.
  const ask = dialog.getByRole('button', { name: 'Ask for this policy' });
  await expect(ask).toBeDisabled();
  await dialog.getByLabel('Name', { exact: true }).fill('ours');
  await dialog.getByLabel('Approvals by support').fill('2');
  await expect(dialog.getByText('Stricter', { exact: true })).toBeVisible();
  await dialog.getByLabel('Hours for which an unlock may be used').fill('0');
  await expect(ask).toBeDisabled();
  await inspect(owner, 'edit-policy');
  await dialog.getByLabel('Policy', { exact: true }).selectOption('strict');
  await inspect(owner, 'change-policy');
  await dialog.getByRole('button', { name: 'Ask for this policy' }).click();
  await expect(dialog).toBeHidden();
  await expect(owner.getByRole('heading', { name: 'A change waits' })).toBeVisible();
  await contact.goto('/settings/safeguards');
  await contact.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(contact.getByText('Approvals and confirmations need a passkey', { exact: true })).toBeVisible();
  await owner.reload();
  await expect(owner.getByRole('heading', { name: 'There are too few recovery contacts' })).toBeVisible();
  await expect(owner.getByText('Approvals and confirmations need a passkey', { exact: true })).toBeVisible();
});

test('under it a contact confirms with a passkey that is old enough, and with nothing less', async ({ request }) => {
  await owner.goto('/connections');
  await choose(owner, CONNECTION, 'Recover site Locked');
  await owner.getByRole('button', { name: 'Ask for a recovery' }).click();
  const before = await codeFor(world.contact);
  await owner.getByRole('button', { name: 'Ask for this recovery' }).click();
  await expect(owner.getByRole('heading', { name: 'Your confirmation' })).toBeVisible();
  await addPasskey(contact, 'Phone');
  await contact.getByRole('link', { name: 'Recovery requests' }).click();
  await contact.getByRole('link', { name: CONNECTION }).first().click();
  await contact.getByLabel('Code from the e-mail to you').fill(await codeFor(world.contact, before));
  const confirm = contact.getByRole('button', { name: 'Confirm', exact: true });
  const again = contact.getByRole('dialog', { name: 'Is it you?' });

  await confirm.click();
  await again.getByLabel('Password').fill(PASSWORD);
  await again.getByRole('button', { name: 'Confirm' }).click();
  await expect(contact.getByText(/sign in again with a passkey/i).first()).toBeVisible();

  await confirm.click();
  await again.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(contact.getByText(/this passkey is too new to vouch with/i).first()).toBeVisible();

  expect((await request.post(`${world.control}age-passkeys`)).status()).toBe(204);
  await confirm.click();
  await again.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(contact.getByText('You confirmed this request.')).toBeVisible();
});

test('it is taken back, and a weaker policy waits for the contacts', async () => {
  await owner.getByRole('button', { name: 'Withdraw the request' }).click();
  await inspect(owner, 'withdraw');
  await owner.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await expect(owner.getByRole('dialog')).toBeHidden();
  await owner.goto('/settings/safeguards');
  await owner.getByRole('button', { name: 'Change policy' }).click();
  const dialog = owner.getByRole('dialog');
  await dialog.getByLabel('Policy', { exact: true }).selectOption('standard');
  await dialog.getByRole('button', { name: 'Ask for this policy' }).click();
  await expect(owner.getByRole('heading', { name: 'A change waits' })).toBeVisible();
  await expect(owner.getByText('Approvals and confirmations need a passkey', { exact: true })).toBeVisible();
  await inspect(owner, 'change-waits');
});

test('whoever signs out sees nothing any more', async () => {
  await owner.goto('/connections');
  await owner.getByRole('button', { name: /Account of/ }).click();
  await owner.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(owner.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await owner.goto('/audit');
  await expect(owner.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});
