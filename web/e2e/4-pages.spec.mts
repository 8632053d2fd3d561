import { expect, test, type Page } from '@playwright/test';
import { browserOf, expectNarrow, expectQuiet, inspect } from './world.mts';

test.describe.configure({ mode: 'serial' });
test.afterEach(expectQuiet);

let page: Page;

test.beforeAll(async ({ browser }) => {
  ({ page } = await browserOf(browser, 'owner'));
});

test.afterAll(async () => {
  await page.context().close();
});

const PAGES: [path: string, heading: string, name: string][] = [
  ['/connections?tab=pull', 'Disaster Recovery Connections', 'page-connections'],
  ['/connections?tab=push', 'Disaster Recovery Connections', 'page-cross-site'],
  ['/sites', 'Sites & backups', 'page-sites'],
  ['/points', 'Recovery points', 'page-points'],
  ['/recoveries', 'Recoveries', 'page-recoveries'],
  ['/audit', 'Audit log', 'page-audit'],
  ['/settings/account', 'Settings', 'page-account'],
  ['/settings/members', 'Settings', 'page-members'],
  ['/settings/safeguards', 'Settings', 'page-safeguards'],
  ['/settings/notifications', 'Settings', 'page-notifications'],
  ['/settings/api-keys', 'Settings', 'page-api-keys'],
  ['/settings/server', 'Settings', 'page-server'],
  ['/nothing/here', 'There is no such page', 'page-not-found'],
];

for (const [path, heading, name] of PAGES) {
  test(`${name} can be used by everybody`, async () => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeFocused();
    await expect(page.getByLabel('Loading')).toHaveCount(0);
    await inspect(page, name);
    await expectNarrow(page);
  });
}

const DETAILS: [list: string, link: RegExp, name: string][] = [
  ['/connections', /Production to standby/, 'page-connection'],
  ['/sites', /^production$/, 'page-site'],
  ['/points', /^No\. \d/, 'page-point'],
  ['/recoveries', /production → standby/, 'page-recovery'],
];

for (const [list, link, name] of DETAILS) {
  test(`${name} can be used by everybody`, async () => {
    await page.goto(list);
    await page.getByRole('main').getByRole('link', { name: link }).first().click();
    await expect(page.getByLabel('Loading')).toHaveCount(0);
    await inspect(page, name);
    await expectNarrow(page);
  });
}

test('a link at the top skips to the page', async () => {
  await page.goto('/sites');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  const skip = page.getByRole('link', { name: 'Skip to the page' });
  await skip.focus();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('what others wrote is text, whatever it says', async () => {
  const hostile = '<img src=x onerror="window.hit=1">{{7*7}}';
  await page.goto('/settings/members');
  await page.getByRole('button', { name: 'Add member' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(hostile);
  await dialog.getByLabel('E-mail address').fill('hostile@example.com');
  await dialog.getByRole('button', { name: 'Add member' }).click();
  await page.getByRole('button', { name: 'I handed it over' }).click();
  await expect(page.getByRole('cell', { name: hostile, exact: true })).toBeVisible();
  await page.goto('/audit');
  await expect(page.getByText('member.add').first()).toBeVisible();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
});

test('whoever signs out sees nothing any more', async () => {
  await page.goto('/connections');
  await page.getByRole('button', { name: /Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await page.goto('/audit');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});
