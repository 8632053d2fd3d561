import { expect, test, type Browser, type Page } from '@playwright/test';
import { browserOf, codeFor, CONNECTION, expectQuiet, inspect, join, sessionOf, world } from './world.mts';

test.describe.configure({ mode: 'serial' });
test.afterEach(expectQuiet);

let owner: Page;
let links: Record<string, string>;

test.beforeAll(async ({ browser }) => {
  ({ page: owner } = await browserOf(browser, 'owner'));
  links = {};
});

test.afterAll(async () => {
  await owner.context().close();
});

/** The owner makes a one-time link for somebody. */
async function linkFor(email: string): Promise<string> {
  await owner.goto('/settings/members');
  await owner.getByRole('row', { name: email }).getByRole('button', { name: 'New link' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: 'Make a link' }).click();
  const link = await owner.getByLabel('One-time link', { exact: true }).innerText();
  await owner.getByRole('button', { name: 'I handed it over' }).click();
  return link;
}

async function comeIn(browser: Browser, email: string, name: string): Promise<Page> {
  const { context, page } = await browserOf(browser);
  await join(page, links[email] ?? '');
  await context.storageState({ path: sessionOf(name) });
  return page;
}

test('the owner hands out links', async () => {
  for (const email of [world.contact, world.support]) links[email] = await linkFor(email);
  await owner.getByRole('button', { name: 'Add member' }).click();
  await inspect(owner, 'add-member');
  await owner.keyboard.press('Escape');
});

test('the source is gone, and a recovery is asked for', async ({ request }) => {
  await request.put(`${world.source}_emulator/outage`, { data: { outage: 'refuse' } });
  await owner.goto('/connections');
  await owner.getByRole('link', { name: CONNECTION }).click();
  await expect(owner.getByRole('heading', { level: 1, name: CONNECTION })).toBeVisible();
  await owner.getByRole('button', { name: `Actions for ${CONNECTION}` }).click();
  await owner.getByRole('menuitem', { name: 'Recover site' }).click();
  await owner.getByRole('button', { name: 'Ask for a recovery' }).click();
  await expect(owner.getByRole('heading', { level: 1, name: 'Recover site' })).toBeVisible();
  // What was typed is there again after a reload.
  await owner.getByLabel('Spaces (projects), by key').fill('NOT YET');
  await owner.reload();
  await expect(owner.getByLabel('Spaces (projects), by key')).toHaveValue('NOT YET');
  await owner.getByLabel('Spaces (projects), by key').fill('');
  await inspect(owner, 'recover-ask');
  await owner.getByRole('button', { name: 'Ask for this recovery' }).click();
  await expect(owner.getByRole('heading', { name: 'Your confirmation' })).toBeVisible();
  await inspect(owner, 'recover-verify');
  await owner.getByLabel('Code from the e-mail to you').fill('000000');
  await owner.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(owner.getByRole('alert').first()).toBeVisible();
  await owner.getByLabel('Code from the e-mail to you').fill(await codeFor(world.owner));
  await owner.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(owner.getByText('You confirmed this request.')).toBeVisible();
});

test('a contact confirms by code', async ({ browser }) => {
  const contact = await comeIn(browser, world.contact, 'contact');
  await contact.getByRole('link', { name: 'Recovery requests' }).click();
  await contact.getByRole('link', { name: CONNECTION }).click();
  await inspect(contact, 'contact-request');
  const first = await codeFor(world.contact);
  await contact.getByRole('button', { name: 'Send me another code' }).click();
  await expect(contact.getByText('A new code is on its way to you')).toBeVisible();
  await contact.getByLabel('Code from the e-mail to you').fill(await codeFor(world.contact, first));
  await contact.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(contact.getByText('You confirmed this request.')).toBeVisible();
  await contact.context().close();
});

test('support sees all of it, attests and approves', async ({ browser }) => {
  const support = await comeIn(browser, world.support, 'support');
  await support.getByRole('link', { name: 'Support verification' }).click();
  await inspect(support, 'verification');
  await support.getByRole('link', { name: CONNECTION }).click();
  await inspect(support, 'verification-request');
  for (const [button, said] of [
    ['Attest ownership', 'Attest'],
    ['Approve', 'Approve'],
  ] as const) {
    await support.getByRole('button', { name: button, exact: true }).click();
    const dialog = support.getByRole('dialog');
    await dialog.getByLabel('What you checked, in your own words').fill('Called the owner back on the known number');
    if (said === 'Approve') await inspect(support, 'approve');
    await dialog.getByRole('button', { name: said, exact: true }).click();
    await expect(dialog).toBeHidden();
  }
  await expect(support.getByText('Unlocked', { exact: true }).first()).toBeVisible();
  await support.context().close();
});

test('a dry run says what the recovery would do, and writes nothing', async () => {
  await owner.goto('/connections');
  await owner.getByRole('button', { name: `Actions for ${CONNECTION}` }).click();
  await owner.getByRole('menuitem', { name: 'Recover site' }).click();
  await owner.getByRole('button', { name: 'Dry run' }).click();
  await expect(owner.getByText(/^It takes about/)).toBeVisible({ timeout: 60_000 });
  const table = owner.getByRole('table', { name: 'What it would do with each kind' });
  await expect(table.getByRole('row', { name: /^Issue 40 / })).toBeVisible();
  await inspect(owner, 'dry-run');
});

test('the site is recovered, and it is proven', async ({ request }) => {
  test.setTimeout(240_000);
  await owner.goto('/connections');
  await owner.getByRole('button', { name: `Actions for ${CONNECTION}` }).click();
  await owner.getByRole('menuitem', { name: 'Recover site' }).click();
  await expect(owner.getByRole('heading', { name: 'What is unlocked' })).toBeVisible();
  const start = owner.getByRole('button', { name: 'Recover site' });
  await expect(start).toBeDisabled();
  await inspect(owner, 'recover-start');
  await owner.getByLabel(/Type the standby’s name/).fill('standby');
  await start.click();
  await expect(owner.getByRole('heading', { level: 1, name: 'Recovery of production onto standby' })).toBeVisible();
  // Before anything else: with forty issues it is done in seconds.
  await owner.getByRole('button', { name: 'Pause' }).click();
  await expect(owner.getByRole('button', { name: 'Resume', exact: true })).toBeVisible({ timeout: 30_000 });
  await inspect(owner, 'run-paused');
  // A reload changes nothing: the server knows all of it.
  await owner.reload();
  await owner.getByRole('button', { name: 'Resume', exact: true }).click();

  // The server is killed in the middle of it and comes back: the page says so, and the recovery goes on by itself.
  const restarted = request.post(`${world.control}restart`);
  await expect(owner.getByText('Lifeboat cannot be reached').first()).toBeVisible({ timeout: 40_000 });
  expect((await restarted).status()).toBe(204);
  await inspect(owner, 'run');

  await expect(owner.getByText('The proof holds')).toBeVisible({ timeout: 120_000 });
  await expect(
    owner.getByRole('table', { name: /^Progress by kind/ }).getByRole('row', { name: /^Issue 100 %/ }),
  ).toBeVisible();
  await inspect(owner, 'report');
});
