import { expect, test, type Locator, type Page } from '@playwright/test';
import { browserOf, expectQuiet, PASSWORD, world } from './world.mts';

test.describe.configure({ mode: 'serial' });
test.afterEach(expectQuiet);

let page: Page;

test.beforeAll(async ({ browser }) => {
  ({ page } = await browserOf(browser));
});

test.afterAll(async () => {
  await page.context().close();
});

/** Goes on by Tab until something has the focus. */
async function tabTo(target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let step = 0; step < 80; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not come to ${String(target)}`);
}

const type = (text: string) => page.keyboard.type(text);
const press = (key: string) => page.keyboard.press(key);

test('a connection is made and activated by the keyboard alone', async () => {
  await page.goto('/');
  await expect(page.getByLabel('E-mail address')).toBeFocused();
  await type(world.owner);
  await press('Tab');
  await type(PASSWORD);
  await press('Enter');

  await tabTo(page.getByRole('button', { name: 'Add recovery connection' }));
  await press('Enter');
  await expect(page.getByLabel('Connection name')).toBeFocused();
  await type('By keyboard');
  await press('Enter');
  const token = await page.getByLabel('Recovery Token', { exact: true }).innerText();
  await tabTo(page.getByLabel(/last 6 characters/));
  await type(token.slice(-6));
  await press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();

  await tabTo(page.getByRole('button', { name: 'Activate connection' }));
  await press('Enter');
  await expect(page.getByLabel('Source Site URL')).toBeFocused();
  await type(world.source);
  await press('Tab');
  await type(token);
  await tabTo(page.getByLabel('Standby site'));
  await type('standby');
  await tabTo(page.getByRole('button', { name: 'Activate', exact: true }));
  await press('Enter');
  const row = page.getByRole('row', { name: 'By keyboard' });
  await expect(row.getByText('Active', { exact: true })).toBeVisible();
});

test('its menu is opened, gone through and left by the keyboard alone', async () => {
  const button = page.getByRole('button', { name: 'Actions for By keyboard' });
  await tabTo(button);
  await press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Recover site' })).toBeFocused();
  await press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Check token' })).toBeFocused();
  await press('Escape');
  await expect(button).toBeFocused();
  await press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Recover site' })).toBeFocused();
  await press('Enter');
  await expect(page.getByRole('dialog', { name: 'Why is this locked?' })).toBeVisible();
  await press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});
