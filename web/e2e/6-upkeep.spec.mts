import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { browserOf, expectNarrow, expectQuiet, inspect, world } from './world.mts';

test.describe.configure({ mode: 'serial' });
test.afterEach(expectQuiet);

let page: Page;

test.beforeAll(async ({ browser }) => {
  ({ page } = await browserOf(browser, 'owner'));
});

test.afterAll(async () => {
  await page.context().close();
});

/** The points of the source, the newest first. */
async function points(): Promise<void> {
  await page.goto('/points');
  await page.getByLabel('Site', { exact: true }).selectOption({ label: 'production' });
  await expect(page.getByRole('link', { name: /^No\. \d/ }).first()).toBeVisible();
}

/** Somebody works on the source. */
async function edit(request: APIRequestContext, summary: string): Promise<void> {
  const { email, token } = world.sourceAdmin;
  const headers = { authorization: `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}` };
  const jql = { jql: 'project is not empty ORDER BY key', fields: ['id'], maxResults: 1 };
  const found = await request.post(`${world.source}rest/api/3/search/jql`, { headers, data: jql });
  const { issues } = (await found.json()) as { issues: { id: string }[] };
  const data = { fields: { summary } };
  const edited = await request.put(`${world.source}rest/api/3/issue/${issues[0]?.id}`, { headers, data });
  expect(edited.status()).toBe(204);
}

test('what somebody changed since is seen value by value', async ({ request }) => {
  await request.put(`${world.source}_emulator/outage`, { data: { outage: 'none' } });
  await edit(request, 'Written since the last backup');
  await page.goto('/sites');
  await page.getByRole('link', { name: 'production', exact: true }).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Back up now' }).click();
  await expect(page.getByRole('link', { name: /^No\. \d+$/ })).toHaveCount(2, { timeout: 45_000 });
  await points();
  await page
    .getByRole('link', { name: /^Compare with/ })
    .first()
    .click();
  await page.getByText(/^(The objects|The first)/).click();
  await page
    .getByRole('link', { name: /^Issue \d+: what is otherwise$/ })
    .first()
    .click();
  const values = page.getByRole('table', { name: /^Values that differ/ });
  await expect(values.getByRole('row', { name: /fields\.summary/ })).toContainText('Written since the last backup');
  await page.getByText(/^All versions in the vault/).click();
  await inspect(page, 'point-object');
  await expectNarrow(page);
  // The address says it: a reload shows the same.
  await page.reload();
  await expect(values).toBeVisible();
});

test('a point is pinned and let go', async () => {
  await points();
  await page
    .getByRole('link', { name: /^No\. \d/ })
    .last()
    .click();
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  await expect(page.getByText('Pinned: it stays until it is let go')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Let go' })).toBeVisible();
  await points();
  await expect(page.getByRole('row').last().getByText('Pinned', { exact: true })).toBeVisible();
  await page
    .getByRole('link', { name: /^No\. \d/ })
    .last()
    .click();
  await page.getByRole('button', { name: 'Let go' }).click();
  await expect(page.getByText('As the retention says')).toBeVisible();
});

test('the vault is verified, and each point says so', async () => {
  await points();
  await expect(page.getByText('Restored, proven').first()).toBeVisible();
  await page.getByRole('button', { name: 'Verify the vault now' }).click();
  await expect
    .poll(
      async () => {
        await points();
        return page.getByText('Sound', { exact: true }).count();
      },
      { timeout: 45_000 },
    )
    .toBeGreaterThan(1);
  await inspect(page, 'points-verified');
});

test('how long points stay is said, with what would go now', async () => {
  await page.goto('/sites');
  await page.getByRole('link', { name: 'production', exact: true }).click();
  await page.getByRole('button', { name: 'Add schedule' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What', { exact: true }).selectOption('prune');
  await dialog.getByLabel('When').fill('0 3 * * *');
  await dialog.getByLabel(/so many hours/).fill('0');
  await dialog.getByLabel(/so many days/).fill('');
  await expect(dialog.getByRole('button', { name: 'Add schedule' })).toBeDisabled();
  await dialog.getByLabel(/so many days/).fill('1');
  await dialog.getByLabel(/so many weeks/).fill('0');
  await dialog.getByLabel(/so many months/).fill('0');
  await dialog.getByRole('button', { name: 'What would go now?' }).click();
  await expect(dialog.getByText(/would go now, \d+ would stay/)).toBeVisible();
  await inspect(page, 'add-pruning');
  await dialog.getByRole('button', { name: 'Add schedule' }).click();
  await expect(page.getByText('Prune, keeping 1 day')).toBeVisible();
  await page.getByRole('button', { name: 'Change retention' }).click();
  await dialog.getByLabel(/so many months/).fill('12');
  await inspect(page, 'change-retention');
  await dialog.getByRole('button', { name: 'Change retention' }).click();
  await expect(page.getByText('Prune, keeping 1 day, 12 months')).toBeVisible();
});

test('a site that a connection names is not removed', async () => {
  await page.goto('/sites');
  await page.getByRole('link', { name: 'standby', exact: true }).click();
  await page.getByRole('button', { name: 'Remove site' }).click();
  const dialog = page.getByRole('dialog');
  const remove = dialog.getByRole('button', { name: 'Remove site' });
  await expect(remove).toBeDisabled();
  await dialog.getByLabel(/^Type the site/).fill('standby');
  await remove.click();
  await expect(dialog.getByRole('alert')).toContainText('Production to standby');
  await inspect(page, 'remove-site');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
