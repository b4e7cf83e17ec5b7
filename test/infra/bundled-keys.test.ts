import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';

const parent = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** The configuration that a function has, built from these files. */
async function bundled(name: string, files: Readonly<Record<string, string>>): Promise<unknown> {
  const entry = join(parent, `${name}.ts`);
  writeFileSync(entry, "import config from '#config';\nexport { config };\n");
  for (const [file, content] of Object.entries(files)) writeFileSync(join(parent, file), content);
  const folder = join(parent, name);
  await bundle({ entry, configFile: join(parent, 'config.ts'), folder });
  return ((await import(pathToFileURL(join(folder, 'index.mjs')).href)) as { config: unknown }).config;
}

const key = (id: string) => ({ id, sha256: id.padEnd(64, '0') });

test('a function is bundled with the client keys of the file next to its configuration', async () => {
  const own = `export default { retries: 2, keys: [${JSON.stringify(key('a'))}] };`;
  expect(await bundled('without', { 'config.ts': own })).toEqual({ retries: 2, keys: [key('a')] });
  expect(await bundled('with', { 'sluice.keys.json': JSON.stringify([key('b'), key('c')]) })).toEqual({
    retries: 2,
    keys: [key('a'), key('b'), key('c')],
  });
  expect(await bundled('alone', { 'config.ts': 'export default {};' })).toEqual({ keys: [key('b'), key('c')] });
});
