import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { allFunctions } from '../../functions/all.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { type EmulatedSecretsManager, startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { leaks } from '../hostile/leaks.ts';
import { type MovableClock, movableClock } from '../support/movable-clock.ts';

const clientKey = 'client-key-of-the-deployment-1';
const keys = [{ id: 'app', sha256: keyDigest(clientKey) }];
const oldKey = 'old+provider/key==of-the-test';
const newKey = 'new+provider/key==of-the-test';

let manager: EmulatedSecretsManager;
let clock: MovableClock;
let providers: ParticularProvider[];

beforeEach(async () => {
  clock = movableClock();
  providers = [];
  manager = await startSecretsManager({
    secrets: { 'sluice/first': oldKey, 'sluice/second': '{"apiKey":"second-provider-key"}' },
  });
});
afterEach(async () => {
  await manager.close();
  for (const provider of providers) provider.close();
});

/** A provider that answers to one key alone, or to none where it wants none; any other it refuses, quoting it. */
interface ParticularProvider {
  readonly url: string;
  wants: string;
  calls: number;
  close(): void;
}

async function particularProvider(wants: string, says: string): Promise<ParticularProvider> {
  const provider = { url: '', wants, calls: 0, close: () => void server.close().closeAllConnections() };
  const server: Server = createServer((request, response) => {
    provider.calls++;
    const given = request.headers.authorization ?? '';
    const right = given === (provider.wants && `Bearer ${provider.wants}`);
    const error = {
      error: { message: `Incorrect API key provided: ${given}`, type: 'invalid_request_error', code: 'invalid_api_key' },
    };
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
    const events = [
      { ...chunk, choices: [{ index: 0, delta: { role: 'assistant', content: says }, finish_reason: null }] },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ];
    request.resume();
    response.writeHead(right ? 200 : 401, { 'content-type': right ? 'text/event-stream' : 'application/json', 'x-given': given });
    response.end(
      right ? `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n` : JSON.stringify(error),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  providers.push(provider);
  return provider;
}

/** The functions as they are deployed, before these providers. */
function deploy(config: ConfigInput, environment: Record<string, string> = {}) {
  const lines: string[] = [];
  const sluice = deployedSluice({
    config: { keys, ...config },
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...environment,
    },
    log: (line) => lines.push(line),
    clock,
  });
  const fetch = allFunctions(sluice);
  const post = async (model: string, stream: boolean) =>
    fetch(
      new Request('http://127.0.0.1/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: `Bearer ${clientKey}` },
        body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hello' }] }),
      }),
    );
  /** What a client receives. Neither it nor its headers nor the log may contain a key. */
  async function ask(model = 'steady', stream = false): Promise<{ status: number; said: JsonObject; text: string }> {
    const answer = await post(model, stream);
    const text = await answer.text();
    const visible = [text, JSON.stringify([...answer.headers]), ...lines.slice(-5)].join('\n');
    expect(leaks(visible, secrets)).toEqual([]);
    return { status: answer.status, said: stream ? {} : (JSON.parse(text) as JsonObject), text };
  }
  return { sluice, post, ask, lines };
}

const secrets = [oldKey, newKey, 'second-provider-key', clientKey, credentials.secretAccessKey];
const compatible = ({ url }: ParticularProvider, key = 'LAB_KEY') =>
  ({ kind: 'openai-compatible', baseUrl: url, key: { env: key } }) as const;

/** A model that is answered by the first provider, then by the second. */
async function two(wants = oldKey) {
  const first = await particularProvider(wants, 'from the first');
  const second = await particularProvider('second-provider-key', 'from the second');
  const config: ConfigInput = {
    providers: { first: compatible(first), second: compatible(second) },
    models: { steady: { targets: ['first/m', 'second/m'] }, lonely: 'first/m' },
  };
  return { first, second, config };
}

describe('a deployment', () => {
  test('reads a provider’s key once for a thousand requests, and never from its environment', async () => {
    const { config } = await two();
    const { post } = deploy(config, { LAB_KEY: 'a-key-of-the-environment' });
    for (let round = 0; round < 40; round++) {
      const answers = await Promise.all(Array.from({ length: 25 }, () => post('steady', false)));
      expect(answers.map((answer) => answer.headers.get('x-sluice-provider'))).toEqual(Array(25).fill('first'));
    }
    expect(manager.calls.map(({ secretId }) => secretId)).toEqual(['sluice/first']);
  });

  test('fetches a new key when the old one is rejected, without an error for the client', async () => {
    const { first, second, config } = await two();
    const { ask, lines } = deploy(config);
    await ask();
    clock.forward(60_000);
    manager.put('sluice/first', newKey);
    first.wants = newKey;
    expect((await ask('steady', true)).text).toContain('from the first');
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      outcome: 'ok',
      attempts: [{ provider: 'first', error: 'provider_auth_error', status: 401 }, { provider: 'first' }],
    });
    expect([first.calls, second.calls, manager.calls.length]).toEqual([3, 0, 2]);
    await ask();
    expect([first.calls, second.calls, manager.calls.length]).toEqual([4, 0, 2]);
  });

  test('tries the next target if the key is still rejected, and rarely looks it up again', async () => {
    const { first, second, config } = await two('some-other-key');
    const { ask, post } = deploy(config);
    expect((await ask()).text).toContain('from the second');
    expect([first.calls, second.calls]).toEqual([1, 1]);
    clock.forward(10_000);
    await Promise.all(Array.from({ length: 50 }, () => post('steady', false)));
    expect(manager.calls.filter(({ secretId }) => secretId === 'sluice/first')).toHaveLength(2);
    expect(first.calls).toBeLessThanOrEqual(51);
  });

  test('reports a rejected key without showing it', async () => {
    const { config } = await two('some-other-key');
    const { ask, lines } = deploy(config);
    const { status, said, text } = await ask('lonely');
    expect(status).toBe(502);
    expect(said.error).toMatchObject({ code: 'provider_auth_error' });
    expect(text).not.toContain('Incorrect API key');
    expect(lines.join()).toContain('Incorrect API key provided: Bearer [redacted]');
  });

  test('falls over to the next target without a key, and the log says what to run where there is none', async () => {
    const { first, config } = await two();
    const missing = { ...config.providers, first: { ...compatible(first), key: { secret: 'team/none' } } };
    const { ask, lines } = deploy({ ...config, providers: missing });
    expect((await ask()).text).toContain('from the second');
    const { status, said } = await ask('lonely');
    expect(status).toBe(503);
    expect(said.error).toMatchObject({ code: 'provider_secret_unavailable' });
    expect(JSON.stringify(said)).not.toMatch(/team\/none|eu-west-1|secretsmanager/);
    expect(lines.join()).toContain(
      'secretsmanager create-secret --region eu-west-1 --name team/none --secret-string file:///dev/stdin',
    );
    expect(first.calls).toBe(0);
    expect(lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'secret')).toMatchObject([
      { secret: 'team/none', error: expect.stringContaining('`team/none`') },
    ]);
  });

  test('logs that AWS refuses its credentials', async () => {
    const { config } = await two();
    const { ask, lines } = deploy(config, { AWS_SECRET_ACCESS_KEY: 'the-wrong-secret-access-key' });
    expect((await ask('lonely')).text).not.toContain('InvalidSignatureException');
    expect(lines.join()).toContain('InvalidSignatureException');
  });

  test('serves with the last key while Secrets Manager fails for an hour', async () => {
    const { config } = await two();
    const { ask, lines } = deploy(config);
    await ask();
    manager.fail('denied');
    clock.forward(59 * 60_000);
    expect((await ask()).text).toContain('from the first');
    expect(lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'secret')).toHaveLength(1);
    clock.forward(60_000);
    expect((await ask('lonely')).status).toBe(503);
  });

  test('sends no key to a server that needs none', async () => {
    const open = await particularProvider('', 'from an open one');
    const { ask } = deploy({ providers: { open: { kind: 'openai-compatible', baseUrl: open.url } } });
    expect((await ask('open/m')).text).toContain('from an open one');
    expect([open.calls, manager.calls.length]).toEqual([1, 0]);
  });
});

describe('a deployment without', () => {
  test('client keys is rejected, with the command that creates one', () => {
    expect(() => deploy({ keys: [] })).toThrow(
      /^sluice\.config\.ts: keys: expected at least one client key.*npm run keys -- create app$/,
    );
    expect(() => deploy({ keys: [], stack: { auth: 'iam' } })).not.toThrow();
  });
});

describe('a Bedrock model missing from the configuration', () => {
  const config: ConfigInput = {
    providers: { cloud: { kind: 'bedrock', region: 'eu-west-1' } },
    models: {
      nova: 'bedrock/amazon.nova-lite-v1:0',
      claude: { targets: ['cloud/anthropic.claude-3-haiku-20240307-v1:0'] },
    },
  };
  const line = (name: string, target: string) =>
    `The model \`${name}\` is not among the models that are deployed here. Add "${name}": "${target}" to \`models\` in sluice.config.ts and deploy again.`;

  test.each([
    ['bedrock/meta.llama3-8b-instruct-v1:0', 'bedrock/meta.llama3-8b-instruct-v1:0'],
    ['meta.llama3-8b-instruct-v1:0', 'bedrock/meta.llama3-8b-instruct-v1:0'],
    ['cloud/amazon.nova-lite-v1:0', 'cloud/amazon.nova-lite-v1:0'],
  ])('is not found, and the log has the line to add: %s', async (name, target) => {
    const { ask, lines } = deploy(config);
    const { status, said } = await ask(name);
    expect(status).toBe(404);
    expect(said.error).toMatchObject({
      message: expect.stringContaining(`The model \`${name}\` is not available here.`),
      code: 'model_not_found',
      param: 'model',
    });
    expect(JSON.parse(lines.at(-1) ?? '').error).toBe(line(name, target));
  });

  test('is distinguished from a configured one, by any of its names', () => {
    const { routes } = deploy(config).sluice;
    for (const name of [
      'nova',
      'bedrock/amazon.nova-lite-v1:0',
      'amazon.nova-lite-v1:0',
      'claude',
      'cloud/anthropic.claude-3-haiku-20240307-v1:0',
    ]) {
      expect(routes.resolve(name).targets).toHaveLength(1);
    }
  });

  test('is not found if no Bedrock is configured, with the same line', async () => {
    const { ask, lines } = deploy({});
    await ask('amazon.nova-lite-v1:0');
    expect(JSON.parse(lines.at(-1) ?? '').error).toBe(line('amazon.nova-lite-v1:0', 'bedrock/amazon.nova-lite-v1:0'));
  });
});
