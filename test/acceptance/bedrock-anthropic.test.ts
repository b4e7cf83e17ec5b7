import Anthropic from 'anthropic-sdk-0.71';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { configuredProviders } from '../../lib/app/configured-providers.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { startEmulator } from '../../lib/emulator/start.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { invokedPayloads } from '../features/echoes.ts';
import { type Lab, openLab } from '../features/lab.ts';
import { openAnswer } from '../functions/read-answer.ts';
import { check } from '../support/checker/check.ts';
import { serve } from '../support/serve.ts';
import { plainEvents } from '../support/truth/plain-sse.ts';
import { objectOf, parsed, textOf } from '../support/truth/truth.ts';

/* What users of the bedrock-anthropic package know: its parameters over HTTP, and the package itself against our Bedrock. */

const claude2 = 'anthropic.claude-v2:1';
let lab: Lab;
let paced: Lab;
beforeAll(async () => {
  const models = {
    'anthropic.claude-v2': `bedrock-chosen/${claude2}`,
    'anthropic.claude-v1': 'bedrock/anthropic.claude-sonnet-4-5',
  };
  lab = await openLab({ models });
  paced = await openLab({ models, paceMs: 30 });
});
afterAll(async () => {
  await lab.close();
  await paced.close();
});

const seed: JsonObject = {
  model: 'anthropic.claude-v2',
  prompt: 'Why is the sky blue?',
  max_tokens_to_sample: 300,
  stream: true,
};
const whole = /^You said “Why is the sky blue\?”.*a real one\.$/;
const post = (more: JsonObject = {}) => lab.served.post('/v1/complete', { ...seed, ...more });

async function eventsOf(answer: Response) {
  const bytes = Buffer.from(await answer.arrayBuffer());
  return plainEvents(bytes).map(({ event, data }) => ({ event, ...objectOf(parsed(data)) }));
}

/** What the model on Bedrock was sent. */
async function sent(more: JsonObject = {}): Promise<JsonObject> {
  const { max_tokens_to_sample: _, ...bare } = seed;
  const answer = await lab.served.post('/v1/complete', { ...bare, ...more });
  expect(answer.status, await answer.text()).toBe(200);
  return lab.last()?.body ?? {};
}

async function refusal(more: JsonObject): Promise<string> {
  const answer = await post(more);
  expect(answer.status).toBe(400);
  return (await answer.json()).error.message;
}

describe('Completion.create over HTTP', () => {
  test('streams events named completion, each with its piece of text and the last with the stop reason (4.1)', async () => {
    const answer = await post();
    const events = (await eventsOf(answer)).filter(({ event }) => event !== 'ping');
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['completion']));
    expect(events.map((event) => textOf(objectOf(event).completion)).join('')).toMatch(whole);
    expect(events.map((event) => objectOf(event).stop_reason).filter((reason) => reason !== null)).toEqual(['stop_sequence']);
  });

  test('streams pieces as the provider sends them (4.1)', async () => {
    const answer = await openAnswer(`${paced.served.url}/v1/complete`, seed, { 'content-type': 'application/json' });
    await new Promise((resolve) => answer.answer.once('data', resolve));
    expect(paced.last()?.finished).toBe(false);
    await answer.whole;
    expect(answer.pieces.length).toBeGreaterThan(20);
  });

  test('returns one object without stream (4.2)', async () => {
    expect(await (await post({ stream: false })).json()).toMatchObject({
      completion: expect.stringMatching(whole),
      stop_reason: 'stop_sequence',
      model: expect.any(String),
    });
  });

  test('accepts a text prompt (4.3)', async () => {
    expect(await refusal({ prompt: 5 })).toContain('`prompt`');
    expect(await refusal({ prompt: null })).toContain('`prompt`');
  });

  test('adds the prompt frame exactly once (4.4)', async () => {
    const framed = '\n\nHuman: Why is the sky blue?\n\nAssistant:';
    expect((await sent()).prompt).toBe(framed);
    expect((await sent({ prompt: framed })).prompt).toBe(framed);
    expect((await sent({ prompt: '\n\nHuman: Why is the sky blue?\n\n        \nAssistant: ' })).prompt).toBe(framed);
  });

  test('uses the package’s defaults for omitted parameters (4.5 to 4.8)', async () => {
    expect(await sent()).toMatchObject({ max_tokens_to_sample: 256, temperature: 1, top_p: 1, top_k: 250 });
    expect(await sent({ temperature: 0, top_k: 500 })).toMatchObject({ temperature: 0, top_k: 500 });
  });

  test.each([
    ['4.5', { max_tokens_to_sample: -1 }, 'max_tokens_to_sample: -1 is less than 0.'],
    ['4.5', { max_tokens_to_sample: '5' }, "max_tokens_to_sample: 5 isn't a float or int."],
    ['4.6', { temperature: 1.2 }, 'temperature: 1.2 is greater than 1.'],
    ['4.6', { temperature: -0.1 }, 'temperature: -0.1 is less than 0.'],
    ['4.7', { top_p: 1.1 }, 'top_p: 1.1 is greater than 1.'],
    ['4.8', { top_k: 501 }, 'top_k: 501 is greater than 500.'],
    ['4.9', { stop_sequences: 'x' }, 'Make sure stop_sequences is a list.'],
    ['4.9', { stop_sequences: [1] }, 'Make sure all items in stop_sequences are strs.'],
    ['4.10', { stream: 1 }, 'Stream value: 1 is not a boolean'],
  ])('%s: rejects %j with the package’s own message', async (_row, more, message) => {
    expect(await refusal(more)).toBe(message);
  });

  test('ends the text before a stop sequence of the client (4.9)', async () => {
    const answer = await post({ stream: false, stop_sequences: [' embedded'] });
    expect(await answer.json()).toMatchObject({
      completion: 'You said “Why is the sky blue?”. I am an',
      stop_reason: 'stop_sequence',
    });
  });

  test('names an unknown model in the error, and maps a retired one as configured (4.11)', async () => {
    const unknown = await post({ model: 'nope' });
    expect(unknown.status).toBe(404);
    expect((await unknown.json()).error.message).toContain('Model nope not found.');
    const retired = await post({ model: 'anthropic.claude-v1' });
    expect(retired.headers.get('x-sluice-model')).toBe('anthropic.claude-sonnet-4-5');
    await retired.text();
  });

  test('sends an error event for a Bedrock exception in mid-stream, and nothing after it (4.19)', async () => {
    const bytes = Buffer.from(await (await post({ model: 'bedrock/error@2' })).arrayBuffer());
    const { violations, terminal } = check('anthropic-complete', bytes, { expectError: true });
    expect([violations, terminal]).toEqual([[], 'error']);
    const last = plainEvents(bytes).at(-1);
    expect(last?.event).toBe('error');
    expect(parsed(last?.data ?? '')).toMatchObject({ error: { type: expect.any(String), message: expect.any(String) } });
  });

  test('streams all pieces to the last official client with text completions (4.21)', async () => {
    const client = new Anthropic({ baseURL: lab.served.url, apiKey: 'any' });
    const prompt = `${Anthropic.HUMAN_PROMPT} Why is the sky blue?${Anthropic.AI_PROMPT}`;
    let text = '';
    const params = { model: 'anthropic.claude-v2', prompt, max_tokens_to_sample: 300 };
    for await (const { completion } of await client.completions.create({ ...params, stream: true })) text += completion;
    expect(text).toMatch(whole);
  });
});

describe('the package itself, with only its endpoint changed', () => {
  const invoke = (operation: string) => `/model/${encodeURIComponent('anthropic.claude-v2')}/${operation}`;
  const body = {
    prompt: '\n\nHuman: Why is the sky blue?\n\n        \nAssistant: ',
    max_tokens_to_sample: 300,
    temperature: 1,
    top_k: 250,
    top_p: 1,
    stop_sequences: [],
  };

  test('prints chunks of text, the last with a stop reason (4.16, 4.17)', async () => {
    const answer = await lab.served.post(invoke('invoke-with-response-stream'), body);
    expect(answer.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    const chunks = invokedPayloads(new Uint8Array(await answer.arrayBuffer()));
    expect(chunks.map(({ completion }) => textOf(completion)).join('')).toMatch(whole);
    expect(chunks.slice(0, -1).every(({ stop_reason }) => stop_reason === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      stop_reason: 'stop_sequence',
      'amazon-bedrock-invocationMetrics': { inputTokenCount: expect.any(Number), outputTokenCount: expect.any(Number) },
    });
  });

  test('returns one object without a stream (4.16)', async () => {
    const answer = await lab.served.post(invoke('invoke'), body);
    expect(await answer.json()).toMatchObject({ completion: expect.stringMatching(whole), stop_reason: 'stop_sequence' });
  });
});

describe('Bedrock as its provider', () => {
  afterEach(() => vi.unstubAllEnvs());

  /** What reached Bedrock, asked with this environment and the package's pair of keys, or without them. */
  async function reached(environment: Record<string, string>, pair = true) {
    const emulator = await startEmulator({ paceMs: 0 });
    const { accessKeyId, secretAccessKey } = emulator.credentials;
    const served = await serve({
      config: { providers: { bedrock: { baseUrl: emulator.bedrockUrl } } },
      environment: { ...(pair && { AWS_ACCESS_KEY: accessKeyId, AWS_SECRET_KEY: secretAccessKey }), ...environment },
    });
    try {
      const answer = await served.post('/v1/complete', { ...seed, model: `bedrock/${claude2}` });
      expect(answer.status, await answer.text()).toBe(200);
      const { authorization: scope, 'x-amz-security-token': token } = emulator.log.at(-1)?.headers ?? {};
      return { scope, token, accessKeyId };
    } finally {
      await served.close();
      await emulator.close();
    }
  }

  test('reads the region from AWS_REGION, then AWS_DEFAULT_REGION (4.12)', async () => {
    expect((await reached({ AWS_REGION: 'eu-west-3', AWS_DEFAULT_REGION: 'us-west-2' })).scope).toContain('/eu-west-3/bedrock/');
    expect((await reached({ AWS_DEFAULT_REGION: 'us-west-2' })).scope).toContain('/us-west-2/bedrock/');
  });

  test('reads the keys from AWS_ACCESS_KEY and AWS_SECRET_KEY, and needs both (4.13)', async () => {
    const { scope, accessKeyId } = await reached({ AWS_REGION: 'us-east-1' });
    expect(scope).toContain(`Credential=${accessKeyId}/`);
    const config = checkConfig({ providers: { bedrock: {} } }, 'test.config');
    const start = (environment: Record<string, string>) => () => configuredProviders(config, environment, 'test.config');
    expect(start({ AWS_ACCESS_KEY: 'AKIDEXAMPLE' })).toThrow('AWS_SECRET_KEY');
    expect(start({ AWS_SECRET_KEY: 'a secret of the test' })).toThrow('AWS_ACCESS_KEY');
  });

  test('falls back to the AWS credentials chain, with its session token (4.14)', async () => {
    const { accessKeyId, secretAccessKey } = credentials;
    vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
    vi.stubEnv('AWS_SESSION_TOKEN', 'session-of-a-role');
    const { scope, token } = await reached({ AWS_REGION: 'us-east-1' }, false);
    expect(scope).toContain(`Credential=${accessKeyId}/`);
    expect(token).toBe('session-of-a-role');
  });

  const chat = (more: JsonObject) =>
    lab.served.post('/v1/chat/completions', {
      model: 'bedrock/chat',
      messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
      ...more,
    });

  test('returns the same finish reasons as chat completions (4.18)', async () => {
    const tools = [
      { type: 'function', function: { name: 'weather', description: 'The weather', parameters: { type: 'object' } } },
    ];
    const reason = async (more: JsonObject) => (await (await chat(more)).json()).choices[0].finish_reason;
    expect(await reason({})).toBe('stop');
    expect(await reason({ stop: ' embedded' })).toBe('stop');
    expect(await reason({ max_tokens: 3 })).toBe('length');
    expect(await reason({ tools })).toBe('tool_calls');
  });

  test('returns the same token counts as chat completions (4.20)', async () => {
    const answer = await chat({ stream: true, stream_options: { include_usage: true } });
    const { truth } = check('openai-chat', Buffer.from(await answer.arrayBuffer()), { showUsage: true });
    const call = lab.last();
    if (!call) throw new Error('no provider was asked');
    const { input, output } = (await lab.truth(call)).truth.usage;
    expect(truth.usage).toMatchObject({ input, output });
    expect(input).toBeGreaterThan(0);
  });

  test.each([
    ['status-400', 400, /model identifier is invalid/],
    ['status-401', 502, /access|credential|key/i],
    ['status-429', 429, /Too many requests/],
  ])('reports a refusal as a refusal: %s (4.22)', async (model, status, message) => {
    const answer = await chat({ model: `bedrock/${model}` });
    expect([answer.status, (await answer.json()).error.message]).toEqual([status, expect.stringMatching(message)]);
  });
});
