// Writes src/api/schema.d.ts from the server's API document; with --check it only says whether that is up to date.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const DOCUMENT = new URL('../../docs/openapi.json', import.meta.url);
const TYPES = new URL('../src/api/schema.d.ts', import.meta.url);
const HEADER = '// Generated from docs/openapi.json by `npm run types`. Do not edit.\n\n';

const document = JSON.parse(await readFile(DOCUMENT, 'utf8'));
// Ids of operations repeat between resources (`list`, `get`): without them each operation is described at its path.
for (const methods of Object.values(document.paths)) {
  for (const operation of Object.values(methods)) delete operation.operationId;
}
const types = HEADER + astToString(await openapiTS(document, { defaultNonNullable: false }));

if (!process.argv.includes('--check')) {
  await writeFile(TYPES, types);
} else if ((await readFile(TYPES, 'utf8').catch(() => '')) !== types) {
  console.error('src/api/schema.d.ts is not what docs/openapi.json says: run `npm run types`');
  process.exit(1);
}
