import { afterEach, describe, expect, test } from 'vitest';
import { openaiApp } from '../../functions/openai/app.ts';
import { alarmTable } from '../../infra/alarm-table.ts';
import { type KeyDirectory, type KeyRecord, keyDigest } from '../../lib/access/keys.ts';
import type { LimitStore } from '../../lib/access/limits/store.ts';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import type { Provider } from '../../lib/providers/provider.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import type { StreamLog } from '../../lib/streams/stream-log.ts';
import { metrics, secretFailures } from '../../lib/telemetry/metrics.ts';
import { answerWell } from '../faults/fault.ts';
import { readEmbeddedMetrics } from '../support/embedded-metrics.ts';
import { hurriedClock } from '../support/hurried-clock.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { rawServer } from '../support/raw-server.ts';
import { type Served, type ServeOptions, serve } from '../support/serve.ts';
import { sounding } from '../support/watched.ts';

const key = 'client-key-of-the-alarms';
const providerKey = 'provider-key-that-nobody-may-see';
const price = { input: 1_000_000, output: 1_000_000 };

const options: ServeOptions = {
  metrics: true,
  keys: [key],
  config: {
    retries: 0,
    models: {
      good: 'demo/openai/fast',
      silent: { targets: ['demo/openai/stall@3'], timeouts: { idle: '200ms' } },
      throttled: { targets: ['demo/openai/status-429@30', 'demo/openai/fast'] },
      refused: { targets: ['demo/openai/status-401', 'demo/openai/fast'] },
      endless: { targets: ['demo/openai/slow'], timeouts: { total: '300ms' } },
      late: 'demo/openai/slow',
      dear: 'demo/anthropic/fast',
    },
    prices: { version: '2026-11-21', usdPerMillion: { 'demo/anthropic/fast': price } },
  },
};

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

/** So many streamed questions to a model, one after the other, each read to its end. */
async function ask(model: string, times: number, apiKey = key): Promise<void> {
  for (let time = 0; time < times; time++) {
    const body = { model, stream: true, messages: [{ role: 'user', content: 'Hello' }] };
    const answer = await served?.post('/v1/chat/completions', body, { authorization: `Bearer ${apiKey}` });
    await answer?.text();
  }
}

/** The alarms that sound by what these lines say, once so many are there. */
async function heard(lines: readonly string[], count: number): Promise<string[]> {
  await expect.poll(() => lines.length, { interval: 2 }).toBe(count);
  // A line about a store that failed has no metrics.
  return sounding(lines.filter((line) => !line.includes('"msg":"streams"')).flatMap(readEmbeddedMetrics));
}

/** Every provider has a fault of our own making. */
const broken = (provider: Provider): Provider => ({
  name: provider.name,
  apiFor: async (dialect, model) => ({
    ...(await provider.apiFor(dialect, model)),
    open: () => {
      throw new TypeError('A fault of our own.');
    },
  }),
});

/** A hundred times as fast: a token each 0.4 s is one each 40 s. The limits stay out of the way. */
const hurried: Partial<ServeOptions> = {
  clock: hurriedClock(100),
  config: {
    ...options.config,
    maxOutputTokens: 2,
    timeouts: { connect: '3000s', firstContent: '3000s', idle: '3000s', total: '3000s' },
  },
};

const limited: KeyRecord = { id: 'app', sha256: keyDigest(key), models: ['*'], limits: { requestsPerMinute: 1 } };
const unreachable = () => Promise.reject(new Error('The table does not answer.'));
const noDirectory: KeyDirectory = {
  find: () => Promise.reject(new SluiceError('keys_unavailable', 'The API key could not be checked. Try again in a moment.')),
};
const noStore: LimitStore = { add: unreachable, correct: unreachable, take: unreachable, release: unreachable };

/** A store of durable streams that can't be reached. The line about it is beside the request's. */
const noLog: StreamLog = { ...memoryLog(), claim: unreachable };

interface Fault {
  readonly name: string;
  readonly model: string;
  readonly times: number;
  /** Every alarm that it is for. */
  readonly sounds: readonly string[];
  readonly key?: string;
  /** Lines of the log beside those of the requests. */
  readonly moreLines?: number;
  readonly more?: Partial<ServeOptions>;
}

const faults: readonly Fault[] = [
  { name: 'nothing', model: 'good', times: 5, sounds: [] },
  { name: 'connections that break', model: 'demo/openai/cut@3', times: 3, sounds: ['streams-cut', 'errors'] },
  { name: 'streams that end without a finish', model: 'demo/anthropic/eof@3', times: 3, sounds: ['streams-cut', 'errors'] },
  { name: 'failures reported inside streams', model: 'demo/openai/error@3', times: 3, sounds: ['streams-cut', 'errors'] },
  { name: 'silence in the middle', model: 'silent', times: 3, sounds: ['streams-stalled', 'errors'] },
  { name: 'refusals before the first byte', model: 'demo/openai/status-500', times: 3, sounds: ['errors'] },
  { name: 'a single failure of many', model: 'demo/openai/cut@3', times: 1, sounds: [] },
  { name: 'a throttled provider, though another one answers', model: 'throttled', times: 1, sounds: ['upstream-throttled'] },
  { name: 'a key that a provider refuses', model: 'refused', times: 1, sounds: ['provider-refuses-key'] },
  { name: 'an answer that takes too long', model: 'endless', times: 1, sounds: ['deadline-hit'] },
  { name: 'unknown keys', model: 'good', times: 101, key: 'nobody-knows-this-key', sounds: ['unknown-keys'] },
  { name: 'a hundred unknown keys', model: 'good', times: 100, key: 'nobody-knows-this-key', sounds: [] },
  { name: 'a key that asks too often', model: 'good', times: 3, more: { keys: [limited] }, sounds: [] },
  {
    name: 'limits that cannot be counted',
    model: 'good',
    times: 1,
    more: { keys: [limited], limitStore: noStore },
    sounds: ['limits-unreachable'],
  },
  {
    name: 'a table of keys that does not answer',
    key: 'any-key-at-all',
    model: 'good',
    times: 1,
    more: { keyDirectory: noDirectory },
    sounds: ['keys-unreachable'],
  },
  {
    name: 'streams that cannot be stored',
    model: 'good',
    times: 1,
    more: { streamLog: noLog },
    moreLines: 1,
    sounds: ['streams-not-stored'],
  },
  { name: 'dear answers', model: 'dear', times: 2, sounds: ['spend'] },
  { name: 'a fault of our own', model: 'demo/openai/fast', times: 1, more: { wrap: broken }, sounds: ['gateway-failed'] },
  { name: 'a long wait for the first content', model: 'late', times: 1, more: hurried, sounds: ['first-content-slow'] },
];

describe('an alarm', () => {
  for (const fault of faults) {
    test(`reacts to its own fault, and to no other: ${fault.name}`, async () => {
      served = await serve({ ...options, ...fault.more });
      await ask(fault.model, fault.times, fault.key);
      expect(await heard(served.lines, fault.times + (fault.moreLines ?? 0))).toEqual(fault.sounds);
    });
  }

  test('reacts to a secret that can’t be read, although the last key serves the request', async () => {
    const { app, clock, lines, secrets, close } = await deployed();
    const gatewayRequest = { model: 'steady', messages: [{ role: 'user', content: 'Hello' }] };
    const post = () =>
      app.fetch(
        new Request('http://127.0.0.1/v1/chat/completions', {
          method: 'POST',
          headers: { authorization: `Bearer ${key}` },
          body: JSON.stringify(gatewayRequest),
        }),
      );
    expect((await post()).status).toBe(200);
    expect(await heard(lines, 1)).toEqual([]);
    secrets.fail('denied');
    clock.time += 10 * 60_000;
    expect((await post()).status).toBe(200);
    expect(await heard(lines, 3)).toEqual(['secret-unreadable']);
    clock.time += 2 * 60 * 60_000;
    expect((await post()).status).toBe(503);
    expect(await heard(lines, 5)).toEqual(['secret-unreadable']);
    expect(lines.join()).not.toContain(providerKey);
    await close();
  });

  test('uses a metric that the functions write, or that Lambda has', () => {
    const own = new Set<string>([...metrics.map(({ name }) => name), secretFailures]);
    for (const { name, watch } of alarmTable) {
      const known = watch.from === 'sluice' ? own : lambdaMetrics;
      for (const metric of [watch.metric, ...(watch.of ? [watch.of.whole] : [])]) expect(known, name).toContain(metric);
      const { by = [] } = metrics.find((metric) => metric.name === watch.metric) ?? {};
      if (watch.outcome) expect(by, name).toContain('outcome');
    }
  });

  test("on the functions' own metrics reacts to one of these faults, and each one does", () => {
    const moved = new Set([...faults.flatMap(({ sounds }) => sounds), 'secret-unreadable']);
    const own = alarmTable.filter(({ watch }) => watch.from === 'sluice').map(({ name }) => name);
    expect(own.filter((name) => !moved.has(name))).toEqual([]);
  });
});

/** Lambda's metrics of a function and of its URL, by the page on them in its guide. */
const lambdaMetrics = new Set(
  'Invocations Errors Throttles Duration ConcurrentExecutions UrlRequestCount UrlRequestLatency Url4xxCount Url5xxCount HTTPResponseStatusClass5XX'.split(
    ' ',
  ),
);

/** The function for OpenAI's clients as it is deployed, with a provider and a Secrets Manager on loopback. */
async function deployed() {
  const provider = await rawServer((socket) => answerWell({ providerStream: chatStream, socket }));
  const secrets = await startSecretsManager({ secrets: { 'sluice/lab': providerKey } });
  const { accessKeyId, secretAccessKey } = credentials;
  const lines: string[] = [];
  const clock = { time: 0, now: () => clock.time, watch: () => () => {} };
  const sluice = deployedSluice({
    config: {
      providers: { lab: { kind: 'openai-compatible', baseUrl: provider.url.href, key: { secret: 'sluice/lab' } } },
      models: { steady: `lab/${chatStream.model}` },
      keys: [{ id: 'app', sha256: keyDigest(key) }],
    },
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    log: (line) => lines.push(line),
    clock,
  });
  const close = () => Promise.all([provider.close(), secrets.close()]);
  return { app: openaiApp(sluice), clock, lines, secrets, close };
}
