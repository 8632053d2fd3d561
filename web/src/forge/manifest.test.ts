import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from '@forge/manifest';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

// The first time, the whole schema of manifests is compiled.
vi.setConfig({ testTimeout: 60_000 });

const MANIFEST = fileURLToPath(new URL('../../../forge/manifest.yml', import.meta.url));

let folder: string;
let manifest: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-forge-'));
  manifest = await readFile(MANIFEST, 'utf8');
});

afterAll(() => rm(folder, { recursive: true }));

/** What `forge lint` would say of a text, without an account. The built page is not looked for: it is made at deployment. */
async function troubles(text: string): Promise<string[]> {
  const file = join(folder, 'manifest.yml');
  await writeFile(file, text);
  const { errors = [] } = await validate(false, file);
  return errors.map(({ message }) => message).filter((message) => !message.includes('static/dashboard'));
}

it('the manifest is one that Forge takes', async () => {
  expect(await troubles(manifest)).toEqual([]);
});

it('a manifest that is wrong is found out', async () => {
  for (const [right, wrong] of [
    ['jira:adminPage', 'jira:nowhere'],
    ['remote: lifeboat', 'remote: another'],
    ['read:app-user-token', 'read:everything'],
    ['resource: dashboard', 'resource: nothing'],
  ] as const) {
    expect(await troubles(manifest.replace(right, wrong)), wrong).not.toEqual([]);
  }
});

it('there is one remote, and the page may speak to nobody else', () => {
  expect(manifest.match(/baseUrl:/g)).toHaveLength(1);
  expect(manifest).not.toMatch(/external:|fetch:|scripts:/);
});
