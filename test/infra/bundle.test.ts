import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of the test's own, beside the others. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const configFile = file('config.json', '{"models":{"mine":"openai/x"}}');

describe('the bundle of a function', () => {
  test.each(['openai', 'anthropic', 'bedrock'])('of %s loads the AWS SDK only on first use', async (family) => {
    const place = join(folder, family);
    const report = await bundle({ entry: `functions/${family}/handler.ts`, configFile, folder: place });
    const sdk = report.lazy.find(({ module }) => module.includes('@aws-sdk/client-bedrock-runtime'));
    expect(sdk?.bytes).toBeGreaterThan(100_000);
    expect(report.files.find(({ path }) => path === 'index.mjs')).toMatchObject({ when: 'start' });
    expect(report.startBytes).toBeLessThan(400_000);
    expect(readFileSync(join(place, 'index.mjs'), 'utf8')).toContain('openai/x');
  });

  test('has a source map for each file, referenced by its code', async () => {
    const place = join(folder, 'openai');
    expect(existsSync(join(place, 'index.mjs.map'))).toBe(true);
    expect(readFileSync(join(place, 'index.mjs'), 'utf8')).toMatch(/\/\/# sourceMappingURL=index\.mjs\.map\n$/);
  });

  test('can be imported by a CommonJS module that needs `require`', async () => {
    file('old.cjs', 'module.exports = { join: require("node:path").join };');
    const entry = file('entry.mjs', 'import old from "./old.cjs"; export const joined = old.join("a", "b");');
    await bundle({ entry, configFile, folder: join(folder, 'mixed') });
    const { joined } = await import(pathToFileURL(join(folder, 'mixed', 'index.mjs')).href);
    expect(joined).toBe(join('a', 'b'));
  });

  test('reports the sizes of what loads at startup and later', async () => {
    file('shared.mjs', `export const shared = ${JSON.stringify('s'.repeat(500))};`);
    file(
      'later.mjs',
      `import { shared } from "./shared.mjs"; export const later = shared + ${JSON.stringify('l'.repeat(1000))};`,
    );
    const entry = file(
      'start.mjs',
      'import { shared } from "./shared.mjs"; export const first = shared; export const load = () => import("./later.mjs");',
    );
    const place = join(folder, 'weighed');
    mkdirSync(place);
    writeFileSync(join(place, 'old.mjs'), 'left over');
    const report = await bundle({ entry, configFile, folder: place });
    expect(report.startBytes).toBeGreaterThan(500);
    expect(report.startBytes).toBeLessThan(1000);
    expect(report.lazy).toMatchObject([{ module: expect.stringContaining('later.mjs') }]);
    expect(report.lazy[0]?.bytes).toBeGreaterThan(1000);
    expect(report.lazy[0]?.bytes).toBeLessThan(1500);
    expect(existsSync(join(place, 'old.mjs'))).toBe(false);
  });

  test('fails with the position of the mistake', async () => {
    const entry = file('wrong.mjs', 'export const x = ;');
    await expect(bundle({ entry, configFile, folder: join(folder, 'wrong') })).rejects.toThrow(/wrong\.mjs:1:17/);
  });
});
