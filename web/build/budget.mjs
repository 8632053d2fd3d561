// Fails when a page, opened first, would load more than the budget of compressed scripts and styles.
import { readFile, stat } from 'node:fs/promises';

const BUDGET = 300_000;
const DIST = new URL('../dist/', import.meta.url);

const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', DIST), 'utf8'));

async function size(file) {
  const compressed = await stat(new URL(`${file}.gz`, DIST)).catch(() => stat(new URL(file, DIST)));
  return compressed.size;
}

/** The files that a chunk cannot run without. */
function files(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return new Set();
  seen.add(key);
  const own = [chunk.file, ...(chunk.css ?? [])];
  return new Set([...own, ...(chunk.imports ?? []).flatMap((imported) => [...files(imported, seen)])]);
}

const styles = Object.values(manifest).filter(({ file }) => file.endsWith('.css'));
const pages = Object.keys(manifest).filter((key) => key.startsWith('src/features/') && key.endsWith('.tsx'));
const sizes = await Promise.all(
  pages.map(async (page) => {
    const all = new Set([...files('index.html'), ...files(page), ...styles.map(({ file }) => file)]);
    const bytes = await Promise.all([...all].map(size));
    return { page, bytes: bytes.reduce((sum, one) => sum + one, 0) };
  }),
);
sizes.sort((a, b) => b.bytes - a.bytes);
const [largest] = sizes;
if (!largest) throw new Error('the build has no pages');
console.log(
  `${largest.page} is the largest page: ${Math.round(largest.bytes / 1000)} kB of ${BUDGET / 1000} kB, compressed`,
);
if (largest.bytes > BUDGET) process.exit(1);
