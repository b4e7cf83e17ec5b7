import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serve } from '../support/serve.ts';
import { cookbook, type Snippet } from './snippets.ts';

const snippets = cookbook();
const curlIsHere = spawnSync('curl', ['--version']).status === 0;

let served: Served;
let folder: string;

beforeAll(async () => {
  served = await serve({ keys: ['a-key-of-the-cookbook'] });
  // Inside node_modules, where the packages that a snippet imports are found and version control looks away.
  mkdirSync('node_modules/.cache', { recursive: true });
  folder = mkdtempSync('node_modules/.cache/cookbook-');
  const standIn = join(folder, 'node_modules/predictionguard');
  mkdirSync(standIn, { recursive: true });
  copyFileSync('test/cookbook/predictionguard.mjs', join(standIn, 'index.mjs'));
  writeFileSync(join(standIn, 'package.json'), JSON.stringify({ exports: './index.mjs' }));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await served.close();
});

/** How the languages that can be run here are run. */
const run: Record<string, (snippet: Snippet) => Promise<Outcome>> = {
  js: ({ code, page, line }) => {
    const file = join(folder, `${page}-${line}.mjs`);
    writeFileSync(file, code);
    return outcome(process.execPath, [file]);
  },
  sh: ({ code }) => outcome('bash', ['-c', `set -euo pipefail\n${code}`]),
};

interface Outcome {
  readonly status: number | null;
  readonly printed: string;
  readonly complained: string;
}

function outcome(command: string, args: string[]): Promise<Outcome> {
  const child = spawn(command, args, {
    env: { ...process.env, SLUICE_URL: served.url, SLUICE_KEY: 'a-key-of-the-cookbook', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let complained = '';
  child.stdout.on('data', (piece) => (printed += piece));
  child.stderr.on('data', (piece) => (complained += piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, printed, complained }));
  });
}

describe('every JavaScript and shell snippet of the cookbook runs as printed', () => {
  if (!curlIsHere) process.stdout.write('skipped: the shell snippets of the cookbook, since this machine has no curl\n');
  for (const snippet of snippets) {
    const runs = run[snippet.language];
    if (!runs) continue;
    test.skipIf(snippet.language === 'sh' && !curlIsHere)(`${snippet.page}:${snippet.line} (${snippet.language})`, async () => {
      const { status, printed, complained } = await runs(snippet);
      expect({ status, complained }).toEqual({ status: 0, complained: '' });
      if (snippet.prints !== undefined) expect(printed.replaceAll('\r', '').trim()).toBe(snippet.prints.trim());
      else if (!snippet.code.startsWith('export ')) expect(printed.trim()).not.toBe('');
      expect(printed).not.toMatch(/undefined|\[object Object\]|"error":\{/);
    });
  }
});

/** What a snippet that cannot be run here must say: where its client is pointed, and with which key. */
const forms: Record<string, [points: RegExp, key: RegExp]> = {
  python: [
    /base_url=os\.environ\["SLUICE_URL"\] \+ "\/(api\/)?v1"|base_url=os\.environ\["SLUICE_URL"\],|os\.environ\["SLUICE_URL"\] \+ "\/v1\/completions"|PredictionGuard\(\)|AnthropicBedrock\(|boto3\.client\("bedrock-runtime"\)/,
    /os\.environ\["SLUICE_KEY"\]|PredictionGuard\(\)|os\.environ\["AWS_SECRET_KEY"\]|boto3\.client\("bedrock-runtime"\)/,
  ],
  go: [/host\+"\/chat\/completions"/, /os\.Getenv\("SLUICE_KEY"\)/],
  clojure: [/\(str \(System\/getenv "SLUICE_URL"\) "\/v1"\)|\boptions\)/, /\(System\/getenv "SLUICE_KEY"\)|\boptions\)/],
  toml: [/base_url = "https:\/\/…\/v1"/, /env_key = "SLUICE_KEY"/],
  yaml: [/baseURL: "https:\/\/…\/v1"/, /apiKey: "\$\{SLUICE_KEY\}"/],
  env: [
    /(ANTHROPIC_BASE_URL=https:\/\/… |OPENAI_API_BASE_URL=https:\/\/…\/v1 )/,
    /(ANTHROPIC_AUTH_TOKEN|OPENAI_API_KEY)=\$SLUICE_KEY/,
  ],
};
/** Pieces of a configuration, which point nowhere. */
const fragments = new Set(['ts']);

describe('every other snippet of the cookbook', () => {
  for (const snippet of snippets.filter(({ language }) => !run[language] && !fragments.has(language))) {
    test(`${snippet.page}:${snippet.line} (${snippet.language}) has the base URL and the key of its client`, () => {
      const [points, key] = forms[snippet.language] ?? [];
      expect(points, `no rule for ${snippet.language}`).toBeDefined();
      expect(snippet.code).toMatch(points ?? '');
      expect(snippet.code).toMatch(key ?? '');
    });
  }
});

test('the cookbook has a snippet for each client', () => {
  const code = snippets.map((snippet) => snippet.code).join('\n');
  for (const part of [
    '/v1/chat/completions',
    '/v1/responses',
    '/v1/completions',
    '/v1/messages',
    '/v1/complete ',
    '/converse',
    "from 'openai'",
    'from openai import',
    "from '@anthropic-ai/sdk'",
    'from anthropic import',
    "from 'ai'",
    "from '@langchain/openai'",
    'from predictionguard import',
    "from 'predictionguard'",
    'client.NewSSE',
    ':on-next',
    ':stream/close? true',
    '/api/v1',
    'bedrock_anthropic',
    'boto3',
    'sseclient.SSEClient',
    'ANTHROPIC_BASE_URL',
    'wire_api',
  ]) {
    expect(code).toContain(part);
  }
});
