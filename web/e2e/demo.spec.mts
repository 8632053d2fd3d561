import { expect, test, type Page } from '@playwright/test';
import { browserOf, choose, expectQuiet, expectNarrow, inspect, world } from './world.mts';

test.describe.configure({ mode: 'serial' });
test.afterEach(expectQuiet);

let page: Page;
let source: string;
let token: string;

test.beforeAll(async ({ browser }) => {
  ({ page } = await browserOf(browser, undefined, world.demo));
});

test.afterAll(async () => {
  await page.context().close();
});

const OLIVIA = /^Olivia Source/;
const STAN = /^Stan Standby/;
const SAM = /^Sam Support/;

/** Becomes somebody whom the page offers. */
async function be(who: RegExp): Promise<void> {
  await page.goto('/');
  const account = page.getByRole('button', { name: /Account of/ });
  const offered = page.getByRole('button', { name: who });
  await expect(account.or(offered)).toBeVisible();
  if (await account.isVisible()) {
    await account.click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
  }
  await offered.click();
  await expect(account).toBeVisible();
}

/** The code in the letter that the demo shows. */
async function code(to: string): Promise<string> {
  let found: string | undefined;
  await expect
    .poll(async () => {
      const story = (await (await page.request.get(`${world.demo}demo/story`)).json()) as {
        letters: { to: string; text: string }[];
      };
      const letter = story.letters.find((one) => one.to.startsWith(to));
      found = /with this code:\s+(\S+)/.exec(letter?.text ?? '')?.[1];
      return found !== undefined;
    })
    .toBe(true);
  return found ?? '';
}

async function make(name: string): Promise<void> {
  await be(OLIVIA);
  await page.getByRole('button', { name: 'Add recovery connection' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Connection name').fill(name);
  const option = dialog.getByLabel('Source site').getByRole('option', { name: /^production/ });
  source = /\((.*)\)/.exec((await option.textContent()) ?? '')?.[1] ?? '';
  await dialog.getByLabel('Source site').selectOption({ label: (await option.textContent()) ?? '' });
  await dialog.getByRole('button', { name: 'Add connection' }).click();
  const once = page.getByRole('dialog', { name: 'Keep the recovery token' });
  token = await once.getByLabel('Recovery Token', { exact: true }).innerText();
  await once.getByLabel(/last 6 characters/).fill(token.slice(-6));
  await once.getByRole('button', { name: 'I stored it' }).click();
  await expect(once).toBeHidden();
}

async function activate(name: string): Promise<void> {
  await be(STAN);
  await page.getByRole('button', { name: 'Activate connection' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Source Site URL').fill(source);
  await dialog.getByLabel('Recovery Token').fill(token);
  const option = dialog.getByLabel('Standby site').getByRole('option', { name: /^standby/ });
  await dialog.getByLabel('Standby site').selectOption({ label: (await option.textContent()) ?? '' });
  await dialog.getByRole('button', { name: 'Activate' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('row', { name }).getByText('Active', { exact: true })).toBeVisible();
}

async function takeDown(): Promise<void> {
  await page.getByRole('button', { name: 'Take the source down' }).click();
  await expect(page.getByText('The source is down: nothing answers there.')).toBeVisible();
}

/** From asking to the proof. */
async function recover(name: string): Promise<void> {
  await be(STAN);
  await choose(page, name, 'Recover site Locked');
  await page.getByRole('button', { name: 'Ask for a recovery' }).click();
  await page.getByRole('button', { name: 'Ask for this recovery' }).click();
  await confirm('stan.standby@');
  await be(OLIVIA);
  await open(name);
  await confirm('olivia.source@');
  await be(SAM);
  await page.getByRole('link', { name: 'Support verification' }).click();
  await page.getByRole('link', { name }).first().click();
  for (const [button, said] of [
    ['Attest ownership', 'Attest'],
    ['Approve', 'Approve'],
  ] as const) {
    await page.getByRole('button', { name: button, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What you checked, in your own words').fill('Called back');
    await dialog.getByRole('button', { name: said, exact: true }).click();
    await expect(dialog).toBeHidden();
  }
  await be(STAN);
  await choose(page, name, 'Recover site');
  await page.getByLabel(/Type the standby’s name/).fill('standby');
  await page.getByRole('button', { name: 'Recover site' }).click();
  await expect(page.getByText('The proof holds')).toBeVisible({ timeout: 120_000 });
}

async function open(name: string): Promise<void> {
  await page.goto('/connections?tab=pull');
  await choose(page, name, 'See the request');
}

async function confirm(who: string): Promise<void> {
  await page.getByLabel('Code from the e-mail to you').fill(await code(who));
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(page.getByText('You confirmed this request.')).toBeVisible();
}

test('the demo offers people to be', async () => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: OLIVIA })).toBeVisible();
  await inspect(page, 'demo');
  await expectNarrow(page);
});

test('linked before the outage, the site is recovered', async () => {
  test.setTimeout(200_000);
  await make('Before the outage');
  await activate('Before the outage');
  await takeDown();
  await recover('Before the outage');
  await page.getByRole('button', { name: 'Read the mail' }).click();
  await inspect(page, 'demo-mail');
  await page.keyboard.press('Escape');
});

test('with only the token at hand, it is activated during the outage and recovered', async () => {
  test.setTimeout(200_000);
  await page.getByRole('button', { name: 'Bring the source back' }).click();
  await expect(page.getByText('The source is up.')).toBeVisible();
  await make('Only the token');
  await takeDown();
  await activate('Only the token');
  await recover('Only the token');
});
