import OpenAI from 'openai';
import OpenAI4 from 'openai-4';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { check } from '../support/checker/check.ts';
import { type Served, serve } from '../support/serve.ts';

let served: Served;
beforeAll(async () => {
  served = await serve({ config: { models: { 'text-davinci-003': 'demo/anthropic/echo' } } });
});
afterAll(() => served.close());

/** The official client, current and older; what is used of it here has the same form in all. */
const clients = { 'openai 7': OpenAI, 'openai 6': OpenAI6, 'openai 4': OpenAI4 } as unknown as Record<string, typeof OpenAI>;
const settings = () => ({ baseURL: `${served.url}/v1`, apiKey: 'any', maxRetries: 0 });
const prompt = 'Once [DONE] upon';

/** The whole stream of this body, held to the byte contract. */
async function streamed(body: JsonObject, path = '/v1/completions', expectError = false) {
  const answer = await served.post(path, { stream: true, prompt, ...body });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const { violations, truth } = check('openai-completions', bytes, { showUsage: Boolean(body.stream_options), expectError });
  expect(violations).toEqual([]);
  const events = bytes
    .toString()
    .split('\n\n')
    .filter((event) => event.includes('{'))
    .map((event) => JSON.parse(event.slice(event.indexOf('{'))));
  return { truth, events };
}

describe.each(Object.entries(clients))('%s', (_name, Client) => {
  test('streams a text completion from a chat-only model', async () => {
    const client = new Client(settings());
    const stream = await client.completions.create({ model: 'text-davinci-003', prompt, max_tokens: 100, stream: true });
    const texts: string[] = [];
    const ends: unknown[] = [];
    for await (const { choices } of stream) {
      texts.push(choices[0]?.text ?? 'nothing');
      if (choices[0]?.finish_reason) ends.push(choices[0].finish_reason);
    }
    expect(texts.join('')).toBe(prompt);
    expect(texts.length).toBeGreaterThan(3);
    expect(ends).toEqual(['stop']);
  });

  test('raises errors before the first byte and after it', async () => {
    const client = new Client(settings());
    await expect(client.completions.create({ model: 'nope', prompt })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    const stream = await client.completions.create({ model: 'demo/openai/error@2', prompt, stream: true });
    await expect(
      (async () => {
        for await (const _ of stream);
      })(),
    ).rejects.toThrow(/The server had an error/);
  });

  test('reads a whole answer', async () => {
    const client = new Client(settings());
    const whole = await client.completions.create({ model: 'demo/openai/echo', prompt: 'Hi', max_tokens: 100 });
    expect(whole).toMatchObject({
      object: 'text_completion',
      choices: [{ index: 0, text: 'Hi', finish_reason: 'stop' }],
      usage: { total_tokens: expect.any(Number) },
    });
  });
});

describe('text completions', () => {
  test('have the documented limit of 16 tokens', async () => {
    const { truth } = await streamed({ model: 'demo/openai/chat' });
    expect(truth.finish.reason).toBe('length');
    expect(served.emulator.log.at(-1)).toMatchObject({ path: '/v1/chat/completions', body: { max_completion_tokens: 16 } });
  });

  test.each([1, 2])('have the choices of several prompts at their indexes (%i each)', async (n) => {
    const body = { model: 'demo/openai/davinci-002', prompt: ['a b', 'c', 'd'], n, stream_options: { include_usage: true } };
    const { events } = await streamed(body);
    const said: string[] = [];
    const ends: number[] = [];
    for (const { choices } of events) {
      for (const { index, text, finish_reason: end } of choices) {
        said[index] = (said[index] ?? '') + text;
        if (end) ends.push(index);
      }
    }
    const expected = ['“a b”', '“c”', '“d”'].flatMap((quoted) => Array.from({ length: n }, () => quoted));
    expect(said.map((text) => /“.*”/.exec(text)?.[0])).toEqual(expected);
    expect(ends.sort()).toEqual(expected.map((_, index) => index));
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect(events.at(-1).usage.completion_tokens).toBe(3 * 16 * n);

    const whole = await (await served.post('/v1/completions', body)).json();
    expect(whole.choices.map(({ text }: { text: string }) => text)).toEqual(said);
  });

  test('fail together for several prompts: one error, no finish', async () => {
    const { truth } = await streamed({ model: 'demo/anthropic/error@1', prompt: ['a', 'b'] }, '/v1/completions', true);
    expect(truth.error?.message).toContain('Overloaded');
  });

  test('reach a completion-only model unchanged, and so does a chat request', async () => {
    const { truth, events } = await streamed({ model: 'demo/openai/davinci-002', echo: true, logprobs: 1, max_tokens: 3 });
    expect(truth.text.startsWith(prompt)).toBe(true);
    expect(events[0].choices[0].logprobs.tokens).toEqual([prompt]);
    expect(served.emulator.log.at(-1)).toMatchObject({
      path: '/v1/completions',
      body: { prompt, echo: true, logprobs: 1, max_tokens: 3 },
    });

    const chat = await new OpenAI(settings()).chat.completions.create({
      model: 'demo/openai/davinci-002',
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(chat.choices[0]?.message.content).toContain('“Hi”');
  });

  test('name the field that a chat model can’t support', async () => {
    const answer = await served.post('/v1/completions', { model: 'demo/bedrock/chat', prompt, suffix: '.' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'unsupported_parameter', param: 'suffix' } });
  });

  test('have the form of Prediction Guard’s clients on their own path', async () => {
    const params = { model: 'demo/openai/chat', prompt, stream: true, stream_options: { include_usage: true } };
    const guard = await (await served.post('/completions', params)).text();
    expect(guard).toMatch(/"finish_reason":"length"\}\],"usage":\{/);
    const failed = await served.post('/completions', { ...params, model: 'nope' });
    expect(await failed.json()).toEqual({ error: expect.stringContaining('nope') });
  });

  test('are served on Azure’s path', async () => {
    const answer = await served.post('/openai/deployments/text-davinci-003/completions?api-version=x', { prompt: 'Hi' });
    expect(await answer.json()).toMatchObject({ choices: [{ text: 'Hi' }] });
  });
});
