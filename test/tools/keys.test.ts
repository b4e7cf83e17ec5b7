import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { isBrokenKey } from '../../lib/access/key-form.ts';
import { authenticateKey, keyDigest } from '../../lib/access/keys.ts';
import { listedKeys } from '../../lib/access/listed-keys.ts';
import { listedKeyRecords } from '../../lib/config/key-store.ts';
import { loadConfig } from '../../lib/config/load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
const config = join(folder, 'config.json');
const keyFile = join(folder, 'sluice.keys.json');
const own = { id: 'own', sha256: 'a'.repeat(64) };

beforeEach(() => {
  writeFileSync(config, JSON.stringify({ keys: [own], models: { small: 'openai/gpt-4o-mini', large: 'openai/gpt-4o' } }));
  rmSync(keyFile, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const loadedKeys = async () => listedKeyRecords(await loadConfig(config));
const enter = async (key: string) =>
  (await authenticateKey(new Headers({ 'x-api-key': key }), listedKeys(await loadedKeys()))).id;

async function keys(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const child = spawn(process.execPath, ['tools/keys.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SLUICE_CONFIG: config },
  });
  const ended = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? -1)));
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}

const records = () => JSON.parse(readFileSync(keyFile, 'utf8')) as Record<string, unknown>[];

describe('create', () => {
  test('prints the key once, alone on standard output, and keeps its digest', async () => {
    const { code, output, errors } = await keys('create', 'app', '--label', 'test');
    expect(code, errors).toBe(0);
    expect(output).toMatch(/^sluice_test_\w{43}_\w{6}\n$/);
    const key = output.trim();
    expect(isBrokenKey(key)).toBe(false);
    expect(records()).toEqual([{ id: 'app', sha256: keyDigest(key), models: ['*'] }]);
    expect(errors + readFileSync(keyFile, 'utf8')).not.toContain(key);
    expect(await enter(key)).toBe('app');
  });

  test('keeps the options next to it', async () => {
    // biome-ignore format: an option a pair
    const { code, errors } = await keys(
      'create', 'app', '--models', 'small, large', '--requests-per-minute', '60', '--tokens-per-minute', '100000',
      '--concurrent-streams', '10', '--dollars-per-day', '2.5', '--expires', '2999-01-31', '--durability', 'none',
    );
    expect(code, errors).toBe(0);
    expect(records()).toMatchObject([
      {
        id: 'app',
        models: ['small', 'large'],
        limits: { requestsPerMinute: 60, tokensPerMinute: 100_000, concurrentStreams: 10, dollarsPerDay: 2.5 },
        expires: '2999-01-31',
        durability: 'none',
      },
    ]);
    expect((await loadedKeys()).find(({ id }) => id === 'app')?.expires).toBe(Date.parse('2999-01-31'));
  });

  test.each([
    [['create'], 'expected an argument, found none'],
    [['create', 'one', 'two'], 'unexpected argument "two"'],
    [['create', 'app', '--requests-per-minute', '0.5'], '--requests-per-minute: expected an integer above 0, found "0.5"'],
    [['create', 'app', '--dollars-per-day', 'much'], '--dollars-per-day: expected a number above 0, found "much"'],
    [['create', 'app', '--expires', '2001-01-31'], '--expires: expected a future date'],
    [['create', 'app', '--durability', 'strict'], '--durability: expected none, found "strict"'],
    [['create', 'app', '--models', ','], '--models: expected names'],
    [['create', 'app', '--label', 'My App'], '--label: a label must have'],
    [['create', 'app', '--sha', 'x'], 'unknown option --sha'],
    [['create', 'app', '--models', 'smal'], `--models: no model is called "smal" in ${config}. Did you mean "small"?`],
    [['make'], 'expected a command, found "make"'],
    [['creat'], 'Did you mean create?'],
    [['--hlep'], 'unknown option --hlep'],
    [[], 'expected a command'],
  ])('%j is rejected with a clear error, and changes nothing', async (args, sentence) => {
    const { code, output, errors } = await keys(...args);
    expect(code).toBe(2);
    expect(output).toBe('');
    expect(errors).toContain(sentence);
    expect(errors).toContain('npm run keys --help');
    expect(errors).not.toMatch(/\n\s+at /);
    expect(existsSync(keyFile)).toBe(false);
  });
});

describe('what else create says', () => {
  test('rejects an id that has a key', async () => {
    const { code, errors } = await keys('create', 'own');
    expect(code).toBe(1);
    expect(errors).toContain('expected an unused id, found "own"');
  });

  test('says after the first key that the dev server requires keys from now on', async () => {
    const notice = 'From its next start on, npm start requires a key';
    expect((await keys('create', 'app')).errors).not.toContain(notice);
    writeFileSync(config, '{}');
    rmSync(keyFile);
    expect((await keys('create', 'app')).errors).toContain(notice);
    expect((await keys('create', 'other')).errors).not.toContain(notice);
  });

  test('warns about models without a price if the key has a limit in dollars', async () => {
    writeFileSync(config, JSON.stringify({ models: { mine: 'ollama/llama', priced: 'openai/gpt-4o-mini' } }));
    const warning = `Warning: no price of ollama/llama is known, so a key with --dollars-per-day may not use it. Add it to prices in ${config}.`;
    expect((await keys('create', 'all', '--dollars-per-day', '5')).errors).toContain(warning);
    expect((await keys('create', 'mine', '--dollars-per-day', '5', '--models', 'mine')).errors).toContain(warning);
    expect((await keys('create', 'priced', '--dollars-per-day', '5', '--models', 'priced,gpt-4o')).errors).not.toContain(
      'Warning',
    );
    expect((await keys('create', 'free', '--models', 'mine')).errors).not.toContain('Warning');
  });

  test.each(['create', 'list', 'revoke', 'rotate', 'import'])('%s has help with examples', async (name) => {
    const { code, output } = await keys(name, '--help');
    expect(code).toBe(0);
    expect(output).toContain(`Examples\n  npm run keys -- ${name}`);
  });
});

describe('list and revoke', () => {
  test('a revoked key is rejected, and stays on the list', async () => {
    const key = (await keys('create', 'app', '--dollars-per-day', '20')).output.trim();
    const other = (await keys('create', 'other', '--models', 'small', '--expires', '2999-01-31')).output.trim();
    expect((await keys('revoke', 'app')).code).toBe(0);
    await expect(enter(key)).rejects.toThrow('was revoked');
    expect(await enter(other)).toBe('other');
    const { output } = await keys('list');
    const line = (id: string) => output.split('\n').find((one) => one.startsWith(id));
    expect(line('app')).toMatch(/^app {4}\w{8}… {2}revoked {10} \* {6} 20 USD\/day {2}-$/);
    expect(line('other')).toContain('until 2999-01-31');
    expect(line('own')).toContain('valid');
    for (const secret of [key, other, keyDigest(key), keyDigest(other), own.sha256]) expect(output).not.toContain(secret);
    expect((await keys('create', 'app')).errors).toContain('A revoked key keeps its id');
  });

  test('only its own keys are revoked', async () => {
    await keys('create', 'app');
    expect((await keys('revoke', 'own')).errors).toContain(`"own" is defined in ${config}. Change it there`);
    expect((await keys('revoke', 'ap')).errors).toContain('Did you mean "app"?');
    expect((await keys('revoke')).errors).toContain('expected an argument');
    expect(records()[0]).not.toHaveProperty('disabled');
  });
});

describe('rotate', () => {
  test('gives the id another key, and the file has only that one', async () => {
    const old = (await keys('create', 'app', '--models', 'small')).output.trim();
    const { output, errors } = await keys('rotate', 'app', '--label', 'live');
    expect(output).toMatch(/^sluice_live_\w{43}_\w{6}\n$/);
    expect(errors).toContain('The old key ends at the same moment.');
    expect(await enter(output.trim())).toBe('app');
    await expect(enter(old)).rejects.toThrow('Unknown API key');
    expect(records()).toMatchObject([{ id: 'app', models: ['small'] }]);
    expect((await keys('rotate', 'app', '--keep-old', 'long')).errors).toContain('--keep-old: expected a duration');
  });
});

describe('the file of keys', () => {
  const loading = async (content: string) => {
    writeFileSync(keyFile, content);
    return { keys: listedKeyRecords(await loadConfig(config)) };
  };

  test('adds to the keys in the configuration', async () => {
    expect((await loading('[]')).keys.map(({ id }) => id)).toEqual(['own']);
    const { keys: merged } = await loading(JSON.stringify([{ id: 'app', sha256: 'b'.repeat(64) }]));
    expect(merged.map(({ id }) => id)).toEqual(['own', 'app']);
  });

  test.each([
    ['{', 'the configuration: expected a list of keys, found nothing'],
    ['{"id":"app"}', 'the configuration: expected a list of keys'],
    ['[{"id":"app"}]', '[0].sha256: expected the key’s SHA-256 digest'],
    ['[{"id":"app","sha256":"sluice_x"}]', '[0].sha256: expected the key’s SHA-256 digest'],
    [JSON.stringify([{ ...own, sha256: 'b'.repeat(64) }]), '[0].id: expected a unique id'],
  ])('that has %s is rejected by name and position', async (content, sentence) => {
    await expect(loading(content)).rejects.toThrow(`${keyFile}: ${sentence.replace('’', "'")}`);
  });
});
