import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyDigest } from '../../lib/access/keys.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { chat, clientKey, type Deployed, deploy, type Family } from '../lambda/deployed.ts';

/** Synthesis is a process of its own; a busy machine takes its time. */
const patience = 240_000;

let deployed: Deployed;
let output: string;
/** The folder that is uploaded for each function. */
const assets = new Map<string, string>();

beforeAll(async () => {
  deployed = await deploy({}, 20);
  output = mkdtempSync(join(tmpdir(), 'sluice-assets-'));
  const configFile = join(output, 'config.json');
  writeFileSync(configFile, JSON.stringify(config));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/synth.ts', '--output', join(output, 'cdk.out')], {
    env: { ...process.env, SLUICE_CONFIG: configFile },
    encoding: 'utf8',
  });
  expect(status, stdout + stderr).toBe(0);
  const template = JSON.parse(readFileSync(join(output, 'cdk.out', 'sluice.template.json'), 'utf8'));
  for (const { Type, Properties, Metadata } of Object.values<Resource>(template.Resources)) {
    if (Type === 'AWS::Lambda::Function')
      assets.set(Properties.FunctionName, join(output, 'cdk.out', Metadata['aws:asset:path'] ?? ''));
  }
}, patience);

afterAll(async () => {
  await deployed.close();
  rmSync(output, { recursive: true, force: true });
});

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly FunctionName: string };
  readonly Metadata: Readonly<Record<string, string>>;
}

/** The deployed form. The environment names the local providers. */
const config: ConfigInput = {
  keys: [{ id: 'tests', sha256: keyDigest(clientKey) }],
  providers: { openai: {}, anthropic: {}, bedrock: { region: 'us-east-1' } },
  models: { 'on-bedrock': 'bedrock/amazon.nova-lite-v1:0' },
  console: true,
  stack: { region: 'us-east-1' },
};

function start(family: Family) {
  const { openaiUrl, anthropicUrl, bedrockUrl } = deployed.emulator;
  return deployed.start(family, {
    folder: assets.get(`sluice-${family}`) ?? '',
    environment: {
      OPENAI_BASE_URL: openaiUrl,
      ANTHROPIC_BASE_URL: anthropicUrl,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrockUrl,
    },
  });
}

/** How each family requests a stream of this model. */
const asks: Record<Exclude<Family, 'console'>, (model: string) => [path: string, body: object]> = {
  openai: (model) => ['/v1/chat/completions', chat(model)],
  anthropic: (model) => [
    '/v1/messages',
    { model, max_tokens: 100, stream: true, messages: [{ role: 'user', content: 'Hello there' }] },
  ],
  bedrock: (model) => [
    `/model/${encodeURIComponent(model)}/converse-stream`,
    { messages: [{ role: 'user', content: [{ text: 'Hello there' }] }] },
  ],
};

describe('the synthesized folders, under the real runtime client', () => {
  for (const [family, ask] of Object.entries(asks)) {
    test(`${family}: streams token by token and reports a provider failure in-band, in one environment that reads each secret once`, async () => {
      const lambda = await start(family as Family);
      const reads = deployed.secrets.calls.length;
      const response = await lambda.post(...ask('openai/chat'));
      expect(response.status).toBe(200);
      const arrivals: number[] = [];
      for await (const _ of response.body ?? []) arrivals.push(performance.now());
      expect(arrivals.length).toBeGreaterThan(10);
      expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(200);

      const broken = await lambda.post(...ask('openai/cut'));
      expect(broken.status).toBe(200);
      expect(await broken.text()).toMatch(/upstream_cut|api_error|modelStreamErrorException/);
      expect([424, 503, 529]).toContain((await lambda.post(...ask('openai/status-503'))).status);

      const [path, body] = ask('on-bedrock');
      expect(await (await lambda.post(path, body)).text()).toContain('word');
      expect(lambda.environments.map(({ invocations }) => invocations)).toEqual([4]);
      // Init prepares every configured provider with a key.
      const secretIds = deployed.secrets.calls.slice(reads).map(({ secretId }) => secretId);
      expect(secretIds.sort()).toEqual(['sluice/anthropic', 'sluice/openai']);
    });
  }

  test('console: serves a page, and the API next to it', async () => {
    const { url } = await start('console');
    expect(await (await fetch(url, { headers: { accept: 'text/html' } })).text()).toContain('<title>Sluice</title>');
    const models = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${clientKey}` } });
    expect(models.status).toBe(200);
  });
});
