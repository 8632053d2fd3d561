import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';

interface World {
  address: string;
  /** The one-time link of the first owner. */
  ownerLink: string;
  owner: string;
  support: string;
  contact: string;
  /** The source's address. */
  source: string;
  sourceAdmin: { email: string; token: string };
  standby: { url: string; email: string; token: string };
  /** Where letters lie. */
  outbox: string;
  log: string;
  /** What kills the server and starts it again, and lets passkeys grow old. */
  control: string;
  /** A server that is full. */
  full: {
    address: string;
    ownerLink: string;
    /** A file with the texts that mean harm. */
    texts: string;
    recovery: string;
    points: number;
    events: number;
    failures: number;
  };
  /** The address of `lifeboat demo --dashboard`. */
  demo: string;
}

/** What `crates/lifeboat/tests/it/dashboard.rs` started. */
export const world = JSON.parse(process.env.LIFEBOAT_E2E ?? '{}') as World;

export const PASSWORD = 'correct horse battery staple';
export const CONNECTION = 'Production to standby';

/** Where somebody's session is kept between files. */
export function sessionOf(person: string): string {
  return fileURLToPath(new URL(`report/${person}.json`, import.meta.url));
}

/** A browser of somebody's own, who watches that nothing leaves this server and no script is refused. */
export async function browserOf(
  browser: Browser,
  person?: string,
  address = world.address,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    baseURL: address,
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
    ...(person === undefined ? {} : { storageState: sessionOf(person) }),
  });
  const page = await context.newPage();
  watch(page, address);
  return { context, page };
}

const troubles: string[] = [];

function watch(page: Page, address: string): void {
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) troubles.push(`a request to ${url}`);
  });
  page.on('pageerror', (error) => troubles.push(`an error in the page: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    // An answer that is a problem is written to the console by the browser; the pages show it.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) troubles.push(text);
  });
}

/** Nothing of what must not happen happened. */
export function expectQuiet(): void {
  expect(troubles).toEqual([]);
}

/** Opens the menu of a connection and chooses from it. */
export async function choose(page: Page, connection: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${connection}` }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** Chooses a password by a one-time link. */
export async function join(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('The same again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Disaster Recovery Connections' })).toBeVisible();
  expect(page.url()).not.toContain('#');
}

/** The code in the latest letter to somebody, once it is another one than before. */
export async function codeFor(person: string, before?: string): Promise<string> {
  let code: string | undefined;
  await expect
    .poll(async () => {
      const letter = await readFile(`${world.outbox}/${person}.txt`, 'utf8').catch(() => '');
      code = /with this code:\s+(\S+)/.exec(letter)?.[1];
      return code !== undefined && code !== before;
    })
    .toBe(true);
  return code ?? '';
}

/** No finding of axe's, in light and in dark; and a picture of each. */
export async function inspect(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-color-mode', colorScheme);
    // What hangs at the end of the body has colours of its own.
    const other = `[data-subtree-theme]:not([data-color-mode="${colorScheme}"])`;
    await expect(page.locator(`${other}:has([role="dialog"], [role="menu"], [role="alert"])`)).toHaveCount(0);
    await settled(page);
    // Menus and flags of Atlaskit hang at the end of the body, outside of all landmarks.
    const { violations } = await new AxeBuilder({ page }).disableRules('region').analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    expect(told, `${name}, ${colorScheme}`).toEqual([]);
    const path = fileURLToPath(new URL(`screenshots/${name}-${colorScheme}.png`, import.meta.url));
    await page.screenshot({ path });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Until colours have changed: in between they are neither the one nor the other. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const changes = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.all(changes.map((change) => change.finished.catch(() => undefined)));
  });
}

/** A page as narrow as a phone scrolls in one direction only. */
export async function expectNarrow(page: Page): Promise<void> {
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width: 320, height: 720 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.setViewportSize(size);
  expect(over, `${page.url()} at 320 px`).toBeLessThanOrEqual(0);
}
