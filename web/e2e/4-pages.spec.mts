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
