import Anthropic from 'anthropic-sdk-0.71';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../support/checker/check.ts';
import { type Served, serve } from '../support/serve.ts';

let served: Served;
let client: Anthropic;
beforeAll(async () => {
  served = await serve({
    config: { models: { 'claude-2.1': 'demo/anthropic/echo', 'anthropic.claude-v2': 'demo/bedrock/chat' } },
  });
  client = new Anthropic({ baseURL: served.url, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => served.close());

const framed = `${Anthropic.HUMAN_PROMPT} Why is the sky blue?${Anthropic.AI_PROMPT}`;
const params = { prompt: framed, max_tokens_to_sample: 300 };
const providers = ['demo/openai', 'demo/anthropic', 'demo/bedrock', 'demo/gemini'];

async function heard(stream: AsyncIterable<Anthropic.Completion>) {
  const pieces: Anthropic.Completion[] = [];
  for await (const piece of stream) pieces.push(piece);
  return { text: pieces.map(({ completion }) => completion).join(''), pieces };
}

describe('the last official client that has text completions', () => {
  test.each(providers)('streams from %s', async (provider) => {
    const { text, pieces } = await heard(await client.completions.create({ ...params, model: `${provider}/chat`, stream: true }));
    expect(text).toMatch(/^You said “Why is the sky blue\?”/);
    expect(pieces.length).toBeGreaterThan(10);
    expect(pieces.at(-1)).toMatchObject({ completion: '', stop_reason: 'stop_sequence', stop: '\n\nHuman:' });
    expect(pieces.slice(0, -1).every(({ stop_reason }) => stop_reason === null)).toBe(true);
  });

  test('reads a whole answer, and its limit', async () => {
    const whole = await client.completions.create({ ...params, model: 'demo/openai/chat', max_tokens_to_sample: 3 });
    expect(whole).toMatchObject({ type: 'completion', stop_reason: 'max_tokens', id: expect.stringMatching(/^compl_/) });
    expect(served.emulator.log.at(-1)?.body).toMatchObject({
      messages: [{ role: 'user', content: 'Why is the sky blue?' }],
      max_completion_tokens: 3,
      temperature: 1,
      top_p: 1,
    });
  });

  test('raises errors before the first byte and after it', async () => {
    await expect(client.completions.create({ ...params, model: 'nope' })).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining('Model nope not found.'),
    });
    const stream = await client.completions.create({ ...params, model: 'demo/openai/error@2', stream: true });
    await expect(heard(stream)).rejects.toThrow(/The server had an error/);
  });
});

describe('/v1/complete', () => {
  const post = (body: object, headers = {}) => served.post('/v1/complete', { model: 'claude-2.1', ...params, ...body }, headers);

  test('keeps the byte contract', async () => {
    const answer = await post({ stream: true });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const { violations, truth } = check('anthropic-complete', Buffer.from(await answer.arrayBuffer()), { expectError: false });
    expect(violations).toEqual([]);
    expect(truth.text).toBe('Why is the sky blue?');
  });

  test('accepts the package’s odd prompt frame, and a prompt without one', async () => {
    for (const prompt of ['\n\nHuman: Why?\n\n        \nAssistant: ', 'Why?', 'Human: Why?\n\nAssistant:']) {
      expect(await (await post({ prompt })).json()).toMatchObject({ completion: 'Why?' });
    }
  });

  test('sends the turns and the start of the answer to a Bedrock model', async () => {
    const prompt = '\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: d';
    const answer = await post({ model: 'anthropic.claude-v2', prompt, temperature: 0 });
    expect(answer.headers.get('x-sluice-provider')).toBe('demo/bedrock');
    expect(served.emulator.log.at(-1)?.body).toMatchObject({
      messages: ['a', 'b', 'c', 'd'].map((text, at) => ({ role: at % 2 ? 'assistant' : 'user', content: [{ text }] })),
      inferenceConfig: { maxTokens: 300, temperature: 0 },
    });
  });

  test('stops before a sequence', async () => {
    const body = { model: 'demo/anthropic/echo', prompt: 'one two three', stop_sequences: [' three'] };
    expect(await (await post(body)).json()).toMatchObject({
      completion: 'one two',
      stop_reason: 'stop_sequence',
      stop: ' three',
    });
  });

  test.each([
    [{ max_tokens_to_sample: -1 }, 'max_tokens_to_sample: -1 is less than 0.'],
    [{ temperature: 1.2 }, 'temperature: 1.2 is greater than 1.'],
    [{ stream: 1 }, 'Stream value: 1 is not a boolean'],
  ])('rejects %j with a message that its clients recognize', async (more, message) => {
    const answer = await post(more);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error', message } });
  });

  test('rejects the API version that repeats the whole text', async () => {
    const answer = await post({}, { 'anthropic-version': '2023-01-01' });
    expect(answer.status).toBe(400);
    expect((await answer.json()).error.message).toContain('2023-06-01');
  });
});
