import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** It bundles and synthesises in processes of their own; a busy machine takes its time. */
const patience = 240_000;

/** No AWS settings, and no proxy that could reach anything. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_|^CDK_|^SLUICE_/.test(name)));
const nowhere = { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', AWS_EC2_METADATA_DISABLED: 'true' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-synth-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function synth(config: unknown): { status: number | null; said: string; output: string } {
  const file = join(folder, 'config.json');
  const output = join(folder, 'cdk.out');
  writeFileSync(file, JSON.stringify(config));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/synth.ts', '--output', output], {
    env: { ...environment, ...nowhere, HOME: folder, SLUICE_CONFIG: file },
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr, output };
}

const keys = [{ id: 'app', sha256: '0'.repeat(64) }];

describe('npm run synth, without an account and without a network', () => {
  test('writes the template and a folder for each function, and no file that git sees', { timeout: patience }, () => {
    const ignored = readFileSync('.gitignore', 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['cdk.out/', 'dist/']));
    const seen = () => readdirSync('.').filter((name) => !ignored.includes(`${name}/`));
    const before = seen();
    const { status, said, output } = synth({
      keys,
      providers: { openai: {} },
      models: { fast: 'bedrock/amazon.nova-lite-v1:0' },
    });
    expect({ status, said }).toMatchObject({ status: 0 });
    expect(seen()).toEqual(before);

    const template = JSON.parse(readFileSync(join(output, 'sluice.template.json'), 'utf8'));
    const functions = Object.values<{ Type: string; Metadata: Record<string, string> }>(template.Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    expect(functions).toHaveLength(3);
    for (const { Metadata } of functions) {
      const asset = join(output, Metadata['aws:asset:path'] ?? '');
      expect(readdirSync(asset)).toEqual(expect.arrayContaining(['index.mjs', 'index.mjs.map']));
      expect(statSync(join(asset, 'index.mjs')).size).toBeGreaterThan(10_000);
    }
  });

  test('stops without a client key, with the command that creates one', { timeout: patience }, () => {
    const { status, said } = synth({ providers: { openai: {} } });
    expect(status).not.toBe(0);
    expect(said).toContain('npm run keys -- create');
    expect(said).not.toContain('    at ');
  });
});

test('cdk.json runs the app on the project’s own Node, so a global cdk works too', () => {
  const { app } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  expect(app).toBe('node tools/run.js --development infra/app.ts');
  for (const file of ['tools/run.js', 'infra/app.ts']) expect(existsSync(file)).toBe(true);
});
