import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configuredProviders } from '../../lib/app/configured-providers.ts';
import { refuseOwnAddress } from '../../lib/app/refuse-own-address.ts';
import { checkConfig, loadConfig } from '../../lib/config/load-config.ts';

/** A key in its vendor's form, pasted where its name belongs. */
const pasted = 'sk-proj-canary-7f3a1c90d2';
const digest = 'a'.repeat(64);
const lab = { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9000/v1' };

/** The mistake, the configuration, and every line of the error. */
const cases: [what: string, config: unknown, lines: string[]][] = [
  [
    'names that nobody knows, at every level, with the nearest one',
    {
      provider: {},
      modles: {},
      providers: { lab: { ...lab, apiKey: pasted, baseURL: lab.baseUrl } },
      models: { fast: { targets: ['lab/x'], retrys: 2, timeouts: { firstByte: '1s' } } },
      stack: { memry: 512 },
    },
    [
      'provider: expected one of providers, models, timeouts, retries, maxOutputTokens, bodyLimit, cors, console, emulator, keys, limits, streams, prices, stack, found an unknown name. Did you mean `providers`?',
      'modles: expected one of providers, models, timeouts, retries, maxOutputTokens, bodyLimit, cors, console, emulator, keys, limits, streams, prices, stack, found an unknown name. Did you mean `models`?',
      'providers.lab.apiKey: expected one of kind, baseUrl, region, api, streamsTools, rules, key, found an unknown name. Remove it.',
      'providers.lab.baseURL: expected one of kind, baseUrl, region, api, streamsTools, rules, key, found an unknown name. Did you mean `baseUrl`?',
      'models.fast.retrys: expected one of targets, timeouts, retries, hedgeAfter, continue, found an unknown name. Did you mean `retries`?',
      'models.fast.timeouts.firstByte: expected one of connect, firstContent, idle, total, found an unknown name. Remove it.',
      'stack.memry: expected one of name, region, memory, reservedConcurrency, shift, modelSubscriptions, auth, cloudFront, domain, webFunctions, logRetentionDays, alarms, alarmEmail, alarmTopic, monthlyBudget, tags, found an unknown name. Did you mean `memory`?',
    ],
  ],
  [
    'names that every object has',
    {
      providers: JSON.parse('{"__proto__":{}}'),
      models: { constructor: 'openai/gpt-4o' },
      prices: { version: '1', usdPerMillion: { prototype: { input: 1, output: 1 } } },
    },
    [
      'providers.__proto__: expected another name, found a reserved one. Rename it.',
      'models.constructor: expected another name, found a reserved one. Rename it.',
      'prices.usdPerMillion.prototype: expected another name, found a reserved one. Rename it.',
    ],
  ],
  ['something that is no object', ['openai'], ['the configuration: expected an object, found ["openai"]. Correct or remove it.']],
  [
    'parts of another kind',
    { providers: [], models: 'openai/x', console: 'yes', cors: 'https://app.example', keys: {} },
    [
      'providers: expected an object of providers, found []. Correct or remove it.',
      'models: expected an object of models, found "openai/x". Correct or remove it.',
      'console: expected true or false, found "yes". Correct or remove it.',
      'cors: expected a list of origins, found "https://app.example". Correct or remove it.',
      'keys.store: expected one of dynamodb, found nothing. Add it.',
    ],
  ],
  [
    'durations that are none',
    { timeouts: { connect: 5, idle: '60', total: '5 minutes' } },
    [
      'timeouts.connect: expected a duration such as "250ms", "5s" or "2m", found 5. Correct or remove it.',
      'timeouts.idle: expected a duration such as "250ms", "5s" or "2m", found "60". Correct or remove it.',
      'timeouts.total: expected a duration such as "250ms", "5s" or "2m", found "5 minutes". Correct or remove it.',
    ],
  ],
  [
    'sizes that are none',
    { bodyLimit: '4,5mb' },
    ['bodyLimit: expected a size such as "512kb" or "4.5mb", found "4,5mb". Correct or remove it.'],
  ],
  [
    'a provider that is no kind we know',
    { providers: { lab: { ...lab, kind: 'openai-compatable' } } },
    [
      'providers.lab.kind: expected one of openai-compatible, openai, anthropic, gemini, bedrock, azure, predictionguard, empower, found "openai-compatable". Did you mean `openai-compatible`?',
    ],
  ],
  [
    'a provider without a kind',
    { providers: { opnai: {}, lab: { baseUrl: lab.baseUrl } } },
    [
      'providers.opnai.kind: expected a kind, since this name is not a known provider, found nothing. Did you mean `openai`? If not, add one, such as "openai-compatible".',
      'providers.lab.kind: expected a kind, since this name is not a known provider, found nothing. Add one, such as "openai-compatible".',
    ],
  ],
  [
    'a provider without an address',
    { providers: { lab: { kind: 'openai-compatible' } } },
    ["providers.lab.baseUrl: expected a URL, found nothing. Add the base URL of this provider's API, up to its /v1."],
  ],
  [
    'addresses that are none',
    { providers: { lab: { ...lab, baseUrl: 'lab.example/v1' }, gemini: { baseUrl: `https://lab.example/?key=${pasted}` } } },
    [
      'providers.lab.baseUrl: expected a URL that begins with http:// or https://, found "lab.example/v1". Correct or remove it.',
      'providers.gemini.baseUrl: expected a URL that begins with http:// or https:// and has no query and no password, found "https://lab.example/?key=[redacted]". Remove them.',
    ],
  ],
  [
    'a password in an address',
    { providers: { lab: { ...lab, baseUrl: 'https://me:my-password-here@lab.example/v1' } } },
    [
      'providers.lab.baseUrl: expected a URL that begins with http:// or https:// and has no query and no password, found 42 characters (hidden). Remove them.',
    ],
  ],
  [
    'a provider name that cannot be one',
    { providers: { 'My Lab': lab } },
    ['providers["My Lab"]: expected a name of lowercase letters, digits, dots and dashes, found "My Lab". Correct or remove it.'],
  ],
  [
    'a key in the place of its name',
    { providers: { openai: { key: pasted }, anthropic: { key: { env: pasted } }, gemini: { key: { secret: pasted } } } },
    [
      'providers.openai.key: expected either { "env": "A_VARIABLE" } or { "secret": "a/name" }, found 25 characters (hidden). Put the key itself there, never into this file.',
      'providers.anthropic.key.env: expected the name of an environment variable, such as "LAB_KEY", found 25 characters (hidden). Put the key itself into that variable, never into this file.',
      'providers.gemini.key.secret: expected the name of a secret, such as "sluice/openai", found 25 characters (hidden). Put the key itself into that secret, never into this file.',
    ],
  ],
  [
    'a key from a variable and a secret both',
    { providers: { openai: { key: { env: 'LAB_KEY', secret: 'sluice/lab' } } } },
    [
      'providers.openai.key: expected either { "env": "A_VARIABLE" } or { "secret": "a/name" }, found an object with env, secret. Put the key itself there, never into this file.',
    ],
  ],
  [
    'a region that is none',
    { providers: { bedrock: { region: 'us-east' } } },
    ['providers.bedrock.region: expected an AWS region such as "us-east-1", found "us-east". Correct or remove it.'],
  ],
  [
    'a model without targets',
    { models: { fast: { targets: [] }, slow: {}, none: null } },
    [
      'models.fast.targets: expected at least one target, found []. Add one or remove the model.',
      'models.slow.targets: expected a list of targets, found nothing. Add it.',
      'models.none: expected a target such as "openai/gpt-4o-mini", or { "targets": [ … ] }, found null. Correct or remove it.',
    ],
  ],
  [
    'a model without a name',
    { models: { '': 'openai/gpt-4o-mini' } },
    ['models[""]: expected a name without leading or trailing spaces, found "". Correct or remove it.'],
  ],
  [
    'a target without a provider, and one that is no text',
    { models: { 'gpt-3.5': 'gpt-4o-mini', fast: { targets: ['openai/gpt-4o-mini', 5] } } },
    [
      'models["gpt-3.5"]: expected a target such as "openai/gpt-4o-mini", found "gpt-4o-mini". Write it as provider/model.',
      'models.fast.targets[1]: expected a target such as "openai/gpt-4o-mini", or { "target": … }, found 5. Correct or remove it.',
    ],
  ],
  [
    'a target of a provider that nobody knows',
    { models: { fast: 'antropic/claude-sonnet-4-5', slow: { targets: [{ target: 'basement/x' }] } } },
    [
      'models.fast: expected a target of a provider, found "antropic/claude-sonnet-4-5". Did you mean "anthropic/claude-sonnet-4-5"? If not, add `antropic` to `providers`, with its kind and base URL.',
      'models.slow.targets[0].target: expected a target of a provider, found "basement/x". Add `basement` to `providers`, with its kind and base URL.',
    ],
  ],
  [
    'a model that stands for another model',
    { models: { fast: 'openai/gpt-4o-mini', small: 'fast' } },
    [
      'models.small: expected a target of a provider, found "fast". This is a model of this configuration, and a model cannot refer to another model. Use its targets.',
    ],
  ],
  [
    'an embedded provider that is turned off',
    { emulator: false, models: { fast: 'demo/openai/chat' } },
    [
      'models.fast: expected a target of a provider, found "demo/openai/chat". The embedded providers are off. Set `emulator` to true.',
    ],
  ],
  [
    'deadlines that can never be reached',
    {
      timeouts: { firstContent: '30s', total: '20s' },
      models: { fast: { targets: ['openai/x', { target: 'openai/y', timeouts: { idle: '2m' } }], timeouts: { total: '90s' } } },
    },
    [
      'timeouts.firstContent: expected at most `total`, which is 20s, found 30s. Shorten it, or lengthen `total`.',
      'models.fast.targets[1].timeouts.idle: expected at most `total`, which is 1.5m, found 2m. Shorten it, or lengthen `total`.',
    ],
  ],
  [
    'a total timeout on a target',
    { models: { fast: { targets: ['openai/x', { target: 'openai/y', timeouts: { total: '30s' } }] } } },
    [
      'models.fast.targets[1].timeouts.total: expected no `total` on a target, since it covers the whole response, found 30s. Move it to the `timeouts` of the model.',
    ],
  ],
  [
    'policies that ask another target, where none is or it comes too late',
    {
      models: {
        alone: { targets: ['openai/x'], hedgeAfter: '3s', continue: 'text' },
        late: { targets: ['openai/x', 'openai/y'], hedgeAfter: '10s', timeouts: { firstContent: '10s' } },
      },
    },
    [
      'models.alone.hedgeAfter: expected a model with at least two targets, since this setting needs another one, found one target. Add a target, or remove it.',
      'models.alone.continue: expected a model with at least two targets, since this setting needs another one, found one target. Add a target, or remove it.',
      'models.late.hedgeAfter: expected less than `firstContent`, which is 10s and starts the next target anyway, found 10s. Shorten or remove it.',
    ],
  ],
  [
    'numbers that no request could meet',
    { retries: -1, maxOutputTokens: 0, models: { fast: { targets: ['openai/x'], retries: 0.5 } } },
    [
      'retries: expected an integer of 0 or more, found -1. Correct or remove it.',
      'maxOutputTokens: expected an integer of 1 or more, found 0. Correct or remove it.',
      'models.fast.retries: expected an integer of 0 or more, found 0.5. Correct or remove it.',
    ],
  ],
  [
    'a key in the place of its digest',
    { keys: [{ id: 'app', sha256: pasted }, { sha256: digest }] },
    [
      "keys[0].sha256: expected the key's SHA-256 digest, 64 lowercase hexadecimal digits, found 25 characters (hidden). Use the digest that `npm run keys -- create` prints, not the key.",
      'keys[1].id: expected a name, found nothing. Add it.',
    ],
  ],
  [
    'two keys of one id, and one key of two ids',
    {
      keys: [
        { id: 'app', sha256: digest },
        { id: 'app', sha256: 'b'.repeat(64) },
        { id: 'web', sha256: digest },
      ],
    },
    [
      'keys[1].id: expected a unique id, found that of keys[0]. Rename one of the two.',
      'keys[2].sha256: expected a unique key, found that of keys[0]. Remove one of the two.',
    ],
  ],
  [
    'a key for a model that is misspelt, or until a day that is none',
    { models: { steady: 'openai/x' }, keys: [{ id: 'app', sha256: digest, models: ['stedy'], expires: 'tomorrow' }] },
    [
      'keys[0].expires: expected a date such as "2027-01-31" or a time such as "2027-01-31T18:00:00Z", found "tomorrow". Correct or remove it.',
    ],
  ],
  [
    'a key for a model that is misspelt',
    { models: { steady: 'openai/x' }, keys: [{ id: 'app', sha256: digest, models: ['stedy'] }] },
    ['keys[0].models[0]: expected the name of a model, or "*" for all, found "stedy". Did you mean `steady`?'],
  ],
  [
    'limits that nothing passes',
    {
      keys: [
        {
          id: 'app',
          sha256: digest,
          limits: { requestsPerMinute: 0, tokensPerMinute: 1.5, concurrentStreams: -1, dollarsPerDay: 0 },
        },
      ],
    },
    [
      'keys[0].limits.requestsPerMinute: expected an integer of 1 or more, found 0. Remove it for no limit.',
      'keys[0].limits.tokensPerMinute: expected an integer of 1 or more, found 1.5. Remove it for no limit.',
      'keys[0].limits.concurrentStreams: expected an integer of 1 or more, found -1. Remove it for no limit.',
      'keys[0].limits.dollarsPerDay: expected a number of dollars above 0, found 0. Remove it for no limit.',
    ],
  ],
  [
    'a store that there is not',
    { limits: { store: 'redis' } },
    ['limits.store: expected one of memory, dynamodb, found "redis". Correct or remove it.'],
  ],
  [
    'prices without their day, below nothing, or of no target',
    { prices: { usdPerMillion: { 'openai/x': { input: -1 }, x: { input: 1, output: 1 } } } },
    [
      'prices.usdPerMillion["openai/x"].input: expected a price in dollars, 0 or more, found -1. Correct or remove it.',
      'prices.usdPerMillion["openai/x"].output: expected a price in dollars, 0 or more, found nothing. Add it.',
      'prices.usdPerMillion.x: expected a target such as "openai/gpt-4o-mini", found "x". Correct or remove it.',
      'prices.version: expected a date such as "2026-11-21", found nothing. Add it.',
    ],
  ],
  [
    'a stack that Lambda would refuse',
    { stack: { memory: 64, reservedConcurrency: 0, auth: 'none', logRetentionDays: 31 } },
    [
      'stack.memory: expected an integer number of megabytes, from 128 to 10240, found 64. Correct or remove it.',
      'stack.reservedConcurrency: expected an integer of 1 or more, or false, found 0. Correct or remove it.',
      'stack.auth: expected one of keys, iam, found "none". Correct or remove it.',
      'stack.logRetentionDays: expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, found 31. Correct or remove it.',
    ],
  ],
  [
    'origins that no browser sends',
    { cors: ['*', 'https://app.example/path', 'https://app.example/'] },
    [
      'cors[0]: expected an origin such as "https://app.example", with no path, no trailing slash and no "*", found "*". Correct or remove it.',
      'cors[1]: expected an origin such as "https://app.example", with no path, no trailing slash and no "*", found "https://app.example/path". Correct or remove it.',
      'cors[2]: expected an origin such as "https://app.example", with no path, no trailing slash and no "*", found "https://app.example/". Correct or remove it.',
    ],
  ],
  [
    'faults of every sort, in the order of the file',
    {
      keys: [{ id: '', sha256: digest }],
      models: { fast: 'basement/x', slow: 5 },
      providers: { lab: { kind: 'openai-compatible' }, openai: { retries: 1 } },
    },
    [
      'keys[0].id: expected a name, found "". Correct or remove it.',
      'models.fast: expected a target of a provider, found "basement/x". Add `basement` to `providers`, with its kind and base URL.',
      'models.slow: expected a target such as "openai/gpt-4o-mini", or { "targets": [ … ] }, found 5. Correct or remove it.',
      "providers.lab.baseUrl: expected a URL, found nothing. Add the base URL of this provider's API, up to its /v1.",
      'providers.openai.retries: expected one of kind, baseUrl, region, api, streamsTools, rules, key, found an unknown name. Remove it.',
    ],
  ],
];

/** The message of what is thrown. */
async function refusal(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return 'accepted';
}

describe('the exact message for an invalid configuration:', () => {
  test.each(cases)('%s', async (_what, config, lines) => {
    const message = await refusal(() => checkConfig(config, 'sluice.config.ts'));
    expect(message.split('\n')).toEqual(lines.map((line) => `sluice.config.ts: ${line}`));
    expect(message).not.toContain(pasted);
    expect(message).not.toContain('my-password-here');
  });
});

const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The contents of a file, and the line that follows its name. */
const files: [what: string, name: string, text: string | undefined, line: string][] = [
  [
    'that is not there',
    'none.json',
    undefined,
    'expected a configuration, found no such file. Correct SLUICE_CONFIG, or unset it to use sluice.config.ts.',
  ],
  [
    'that ends too early',
    'open.json',
    '{\n  "models": {',
    'line 2, column 14: expected a name in double quotes or `}`, found the end of the file. Something is not closed. Add what is missing.',
  ],
  [
    'with a comma too many',
    'comma.json',
    `{\n  "models": {\n    "a": "openai/${pasted}",\n  }\n}`,
    'line 4, column 3: expected a name in double quotes, found `}`. Remove the comma before it.',
  ],
  [
    'with a comment',
    'comment.json',
    '{\n  // models\n}',
    'line 2, column 3: expected a name in double quotes or `}`, found `/`. JSON has no comments. Remove it.',
  ],
  [
    'with single quotes',
    'quotes.json',
    "{\n  'models': {}\n}",
    "line 2, column 3: expected a name in double quotes or `}`, found `'`. JSON requires double quotes.",
  ],
  [
    'with a word that is no value',
    'word.json',
    '{"console": yes}',
    'line 1, column 13: expected a value, found `y`. Correct the file at that position.',
  ],
  [
    'with something after its end',
    'after.json',
    '{}\n{}',
    'line 2, column 1: expected the end, found `{`. Correct the file at that position.',
  ],
  [
    'without a default export',
    'empty.mjs',
    'export const config = {};',
    'expected a default export, found none. Write `export default defineConfig({ … })`.',
  ],
  [
    'that throws',
    'throws.mjs',
    `throw new Error('no ${pasted} here');`,
    'line 1: expected a module that loads, found one that throws Error: no [redacted] here. Fix the error there.',
  ],
];

describe('the exact message for an invalid configuration file:', () => {
  test('a folder', async () => {
    expect(await refusal(() => loadConfig(folder))).toBe(
      `${folder}: expected a file, found a folder. Name the file in it, such as ${folder}/sluice.config.ts.`,
    );
  });

  test('TypeScript with an error, by Node itself', () => {
    const path = join(folder, 'broken.ts');
    writeFileSync(path, "export default {\n  models: {\n    a: 'openai/gpt-4o'\n    b: 'openai/gpt-4o',\n  },\n};\n");
    const { status, stderr } = spawnSync(process.execPath, ['tools/check-config.ts', path], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /broken\.ts: line 4: expected a module that loads, found one that throws SyntaxError: .+\. Fix the error there\.\n$/,
    );
  });

  test.each(files)('%s', async (_what, name, text, line) => {
    const path = join(folder, name);
    if (text !== undefined) writeFileSync(path, text);
    expect(await refusal(() => loadConfig(path))).toBe(`${path}: ${line}`);
  });
});

describe('an address that leads back to the server is refused', () => {
  test('from the environment', async () => {
    expect(
      await refusal(() =>
        refuseOwnAddress(
          { environment: { OPENAI_BASE_URL: 'http://localhost:8787/v1' }, config: checkConfig({}, 'c'), file: 'c' },
          8787,
        ),
      ),
    ).toBe(
      'environment: OPENAI_BASE_URL: expected the address of a provider, found http://localhost:8787/v1, which is this server. Unset it here. Only clients need it.',
    );
  });

  test('from the configuration', async () => {
    const config = checkConfig({ providers: { lab: { ...lab, baseUrl: 'http://127.0.0.1:8787/v1' } } }, 'c');
    expect(await refusal(() => refuseOwnAddress({ environment: {}, config, file: 'sluice.config.ts' }, 8787))).toBe(
      'sluice.config.ts: providers.lab.baseUrl: expected the address of a provider, found http://127.0.0.1:8787/v1, which is this server. Correct it or set PORT to another number.',
    );
  });
});

test('a provider whose address must come from the environment names the variable', async () => {
  const config = checkConfig({ providers: { azure: {} } }, 'sluice.config.ts');
  expect(await refusal(() => configuredProviders(config, {}, 'sluice.config.ts'))).toBe(
    "sluice.config.ts: providers.azure.baseUrl: expected a URL, found nothing. Add the base URL of this provider's API, or set AZURE_OPENAI_ENDPOINT.",
  );
});
