import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { browserOf, expectNarrow, expectQuiet, inspect, join, world } from './world.mts';

test.describe.configure({ mode: 'serial' });
test.afterEach(expectQuiet);

/** How long a page may take until what was asked for is shown, in milliseconds, on a machine that does much else. */
const SOON = 5_000;
/** A page shows a part of a long list: no more elements than this. */
const ELEMENTS = 6_000;

let page: Page;
let texts: string[];
const happened: string[] = [];

test.beforeAll(async ({ browser }) => {
  ({ page } = await browserOf(browser, undefined, world.full.address));
  texts = JSON.parse(await readFile(world.full.texts, 'utf8')) as string[];
  page.on('dialog', (dialog) => {
    happened.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.exposeFunction('tellViolation', (what: string) => happened.push(`against the policy: ${what}`));
  await page.addInitScript(() => {
    const tell = (globalThis as unknown as { tellViolation: (what: string) => void }).tellViolation;
    document.addEventListener('securitypolicyviolation', (event) =>
      tell(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
});

test.afterAll(async () => {
  await page.context().close();
});

/** What the page says, hidden or not. */
const saidOn = async () => (await page.locator('body').textContent()) ?? '';

/** None of the texts did anything: no dialog, no element, nothing against the policy, nothing run. */
async function expectHarmless(): Promise<void> {
  expect(happened).toEqual([]);
  expect(await page.locator('[data-hostile], img[src="x"], [onerror], [onload], a[href^="javascript:"]').count()).toBe(
    0,
  );
  expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
}

/** The id of the site with all the points. */
async function production(): Promise<string> {
  const sites = (await (await page.request.get('/api/v1/sites')).json()) as { id: string; name: string }[];
  return sites.find(({ name }) => name === 'production')?.id ?? '';
}

/** Shows a page and says how long it took until something was there. */
async function show(path: string, what: () => Promise<unknown>, told: string): Promise<void> {
  const began = Date.now();
  await page.goto(path);
  await what();
  await expectSmall(`${told}: ${Date.now() - began} ms`, Date.now() - began);
}

async function expectSmall(told: string, took: number): Promise<void> {
  const elements = await page.locator('*').count();
  test.info().annotations.push({ type: 'volume', description: `${told}, ${elements} elements` });
  // eslint-disable-next-line no-console -- the figures are what one wants to see
  console.log(`      ${told}, ${elements} elements`);
  expect(took, told).toBeLessThan(SOON);
  expect(elements, told).toBeLessThan(ELEMENTS);
}

const next = async (label: RegExp, button: string, page_: number) => {
  const pages = page.getByRole('navigation', { name: label });
  const began = Date.now();
  await pages.getByRole('button', { name: button }).click();
  await expect(pages.getByText(`Page ${page_}`)).toBeVisible();
  await expectSmall(`page ${page_}: ${Date.now() - began} ms`, Date.now() - began);
};

test('two hundred people with names that mean harm are told as text', async () => {
  await join(page, world.full.ownerLink);
  await page.goto('/settings/members');
  await expect(page.getByRole('table')).toBeVisible();
  const said = await saidOn();
  expect(texts).toHaveLength(200);
  expect(texts.filter((text) => !said.includes(text))).toEqual([]);
  await expectHarmless();
  await expectNarrow(page);
});

test('sites and connections are told as text', async () => {
  await page.goto('/sites');
  await expect(page.getByRole('link', { name: 'production' })).toBeVisible();
  const named = texts.slice(0, 12);
  const said = await saidOn();
  expect(named.filter((text) => !said.includes(text))).toEqual([]);
  await expectHarmless();
  const source = await production();
  // A name that means harm is no name for a connection: letters, digits, spaces, _ and - are.
  for (const name of texts.slice(0, 20)) {
    const made = await page.request.post('/api/v1/connections', { data: { name, source } });
    expect(made.status()).toBe(422);
  }
  await page.goto('/connections');
  await page.getByRole('button', { name: 'Add recovery connection' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Connection name').fill(texts[1] ?? '');
  await dialog.getByLabel('Source site').selectOption({ value: source });
  await expect(dialog.getByRole('button', { name: 'Add connection' })).toBeDisabled();
  await expectHarmless();
  await inspect(page, 'hostile-name');
});

test('five thousand failures come by cause, and their texts stay texts', async () => {
  const path = `/recoveries/${world.full.recovery}`;
  const total = page.getByText(/^5,000 objects failed, for 200 causes/);
  await show(path, () => expect(total).toBeVisible(), '5,000 failures by cause');
  const said = await saidOn();
  // Two hundred causes are told apart: one is of 4,800 comments.
  expect(texts.filter((text) => said.includes(text)).length).toBeGreaterThan(150);
  await expectHarmless();
  await page.getByText(/^4,800 objects \(comment\)/).click();
  await expect(page.getByRole('button', { name: 'Resume and retry these 4,800 objects' })).toBeVisible();
  await next(/^Pages of failures/, 'Later', 2);
  await page.getByText(/^1 object \(attachment\): 001 /).click();
  await expect(page.getByRole('code').getByText('001 <img')).toBeVisible();
  await page.getByText('What cannot be made through Jira’s API').click();
  const report = await saidOn();
  expect(texts.filter((text) => !report.includes(`issue: ${text}`))).toEqual([]);
  await expectHarmless();
  await expectNarrow(page);
});

test('ten thousand recovery points come in pages', async () => {
  const row = page.getByRole('link', { name: /^No\. \d+$/ });
  const path = `/points?site=${await production()}`;
  const shown = () => expect(row.first()).toBeVisible();
  await show(path, shown, '10,000 recovery points, the first time');
  await show(path, shown, '10,000 recovery points');
  await expect(page.getByRole('img', { name: /^RPO lag of 49 recovery points: 30 min at most/ })).toBeVisible();
  await next(/^Pages of recovery points/, 'Older', 2);
  await inspect(page, 'points-full');
});

test('a hundred thousand events come in pages, and are searched', async () => {
  const rows = page.getByRole('table', { name: /^Audit events/ }).getByRole('row');
  await show('/audit', () => expect(rows).toHaveCount(51), '100,000 audit events');
  await next(/^Pages of the audit log/, 'Older', 2);
  const said = (await page.getByRole('table', { name: /^Audit events/ }).textContent()) ?? '';
  expect(texts.filter((text) => said.includes(text))).toHaveLength(50);
  await expectHarmless();
  const found = () => expect(page.getByRole('cell', { name: 'site.change' }).first()).toBeVisible();
  await show('/audit?action=site.change', found, 'the hundred of them that were changes of sites');
  await next(/^Pages of the audit log/, 'Older', 2);
  await show('/audit?by=unknown', () => expect(rows).toHaveCount(2), 'the one by nobody who is known');
  const nothing = () => expect(page.getByText('Nothing fits')).toBeVisible();
  await show('/audit?action=connection.activate', nothing, 'nothing of them');
});
