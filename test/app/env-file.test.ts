import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadEnvFile } from '../../lib/app/env-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-env-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'sluice.json');
const file = join(folder, '.env');
writeFileSync(file, '# comment\nLAB_KEY="from the file"\nPORT=9000\n');

test('adds the variables of the .env file next to the configuration, and never replaces an existing one', () => {
  const environment: Record<string, string | undefined> = { SLUICE_CONFIG: config, PORT: '1' };
  expect(loadEnvFile(environment)).toBe(file);
  expect(environment).toEqual({ SLUICE_CONFIG: config, PORT: '1', LAB_KEY: 'from the file' });
});

test('reads no file if there is none, or if SLUICE_ENV_FILE is empty', () => {
  expect(loadEnvFile({ SLUICE_CONFIG: join(folder, 'nowhere', 'sluice.json') })).toBeUndefined();
  const environment: Record<string, string | undefined> = { SLUICE_CONFIG: config, SLUICE_ENV_FILE: '' };
  expect(loadEnvFile(environment)).toBeUndefined();
  expect(environment.LAB_KEY).toBeUndefined();
});

test('rejects a missing file that was named explicitly', () => {
  expect(() => loadEnvFile({ SLUICE_ENV_FILE: join(folder, 'missing') })).toThrow('expected a file, found no');
});
