import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type Lab, openLab } from '../features/lab.ts';
import { check } from '../support/checker/check.ts';
import { type Served, serve } from '../support/serve.ts';
import { plainEvents } from '../support/truth/plain-sse.ts';
import { listOf, objectOf, parsed, textOf } from '../support/truth/truth.ts';
import { type ShapesProvider, shapes, shapesProvider, twoCalls } from './shapes.ts';

/* Streaming tool use as Empower's examples have it: the name of a function in one chunk, then its arguments. */

let lab: Lab;
let provider: ShapesProvider;
let shaped: Served;
beforeAll(async () => {
  lab = await openLab();
  provider = await shapesProvider();
  shaped = await serve({
    config: {
      providers: {
        shapes: { kind: 'openai-compatible', baseUrl: `${provider.url}/v1` },
        empower: { baseUrl: `${provider.url}/api/v1` },
      },
    },
    environment: { EMPOWER_API_KEY: 'any-key-of-the-lab' },
  });
});
afterAll(async () => {
  await lab.close();
  await shaped.close();
  await provider.close();
});

const parameters = {
  type: 'object',
  properties: { location: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  required: ['location', 'unit'],
};
const weather = { type: 'function', function: { name: 'get_current_weather', description: 'The weather in a city', parameters } };
const seed: JsonObject = {
  messages: [{ role: 'user', content: 'What is the weather in San Francisco and Los Angeles in celsius?' }],
  stream: true,
  temperature: 0,
  tool_choice: 'auto',
  tools: [weather],
};
const bedrock = 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0';

/** The deltas of a good stream. */
async function deltasOf(answer: Response): Promise<{ deltas: JsonObject[]; calls: JsonObject[]; finish: string }> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(answer.status, bytes.toString()).toBe(200);
  expect(check('openai-chat', bytes, { expectError: false }).violations).toEqual([]);
  const choices = plainEvents(bytes).flatMap(({ data }) => listOf(objectOf(parsed(data)).choices));
  const deltas = choices.map(({ delta }) => objectOf(delta));
  return {
    deltas,
    calls: deltas.flatMap(({ tool_calls }) => listOf(tool_calls)),
    finish: choices.map(({ finish_reason }) => textOf(finish_reason)).join(''),
  };
}

const ask = (model: string, more: JsonObject = {}) => lab.served.post('/api/v1/chat/completions', { ...seed, model, ...more });

/** What the provider was sent. */
async function sent(model: string, more: JsonObject = {}): Promise<JsonObject> {
  const answer = await ask(model, more);
  expect(answer.status, await answer.text()).toBe(200);
  return lab.last()?.body ?? {};
}

/** The loop of the example, its two slips put right: each call by its index, of the first call of each chunk. */
function listedBy(deltas: readonly JsonObject[]): JsonObject[] {
  const functions: { name: string; arguments: string }[] = [];
  for (const { tool_calls } of deltas) {
    const [call] = listOf(tool_calls);
    if (!call) continue;
    const { name, arguments: json } = objectOf(call.function);
    const at = Number(call.index);
    if (name) functions[at] = { name: textOf(name), arguments: '' };
    else if (functions[at]) functions[at].arguments += textOf(json);
    else throw new Error(`no function ${at} has been named`);
  }
  return functions.map(({ name, arguments: json }) => ({ name, arguments: parsed(json) ?? json }));
}

describe('streaming tool use', () => {
  test.each(['openai/gpt-4o', 'anthropic/claude-sonnet-4-5', 'gemini/gemini-3-flash', bedrock])(
    'ends the example’s loop with both functions, from %s (3.1 to 3.4, 3.18)',
    async (model) => {
      const { deltas, calls, finish } = await deltasOf(await ask(model));
      expect(listedBy(deltas)).toEqual(twoCalls);
      expect(deltas.every(({ tool_calls = [] }) => listOf(tool_calls).length <= 1)).toBe(true);
      const named = calls.filter((call) => objectOf(call.function).name !== undefined);
      expect(named.map(({ index, type, function: fn }) => [index, type, fn])).toEqual(
        [0, 1].map((index) => [index, 'function', { name: 'get_current_weather', arguments: '' }]),
      );
      for (const call of calls.filter((one) => !named.includes(one))) {
        expect(Object.keys(call).toSorted()).toEqual(['function', 'index']);
        expect(Object.keys(objectOf(call.function))).toEqual(['arguments']);
      }
      expect(finish).toBe('tool_calls');
    },
  );

  test('numbers calls from 0 after leading text (3.5, 3.17)', async () => {
    const { deltas, calls } = await deltasOf(await ask('bedrock/tools'));
    const firstCall = deltas.findIndex(({ tool_calls }) => tool_calls !== undefined);
    expect(deltas.findLastIndex(({ content }) => content)).toBeLessThan(firstCall);
    expect(new Set(calls.map(({ index }) => index))).toEqual(new Set([0]));
  });

  test.each(Object.keys(shapes))('hides how each provider sends calls: %s (3.6 to 3.10, 3.17)', async (shape) => {
    const { deltas } = await deltasOf(await shaped.post('/api/v1/chat/completions', { ...seed, model: `shapes/${shape}` }));
    expect(listedBy(deltas)).toEqual(twoCalls);
    expect(deltas.map(({ content }) => textOf(content)).join('')).toBe(shape === 'text-first' ? 'Let me see. ' : '');
  });

  test('calls a tool without arguments with {} (3.11)', async () => {
    const tools = [
      { type: 'function', function: { name: 'now', description: 'The time', parameters: { type: 'object', properties: {} } } },
    ];
    const { deltas } = await deltasOf(await ask(bedrock, { tools }));
    expect(listedBy(deltas)).toEqual(Array.from({ length: 2 }, () => ({ name: 'now', arguments: {} })));
  });

  test('lets the model answer with text or a call for auto (3.12)', async () => {
    const messages = [
      ...listOf(seed.messages),
      { role: 'assistant', content: 'Sunny.' },
      { role: 'assistant', content: 'Very.' },
    ];
    const said = await deltasOf(await ask('openai/gpt-4o', { messages }));
    expect([said.calls, said.finish]).toEqual([[], 'stop']);
    expect((await deltasOf(await ask('openai/gpt-4o'))).finish).toBe('tool_calls');
  });

  test.each(['any', 'required'])('maps tool_choice %s to each provider’s own value (3.13, 3.14)', async (tool_choice) => {
    expect(await sent('openai/gpt-4o', { tool_choice })).toMatchObject({ tool_choice: 'required' });
    expect(await sent('predictionguard/chat', { tool_choice })).toMatchObject({ tool_choice: 'required' });
    expect(await sent(bedrock, { tool_choice })).toMatchObject({ toolConfig: { toolChoice: { any: {} } } });
    await shaped.post('/api/v1/chat/completions', { ...seed, model: 'empower/text-first', tool_choice });
    expect(provider.asked.at(-1)?.body).toMatchObject({ tool_choice: 'any' });
  });

  test('allows no call for none, and keeps the tools on Bedrock only if the history has calls (3.15)', async () => {
    const { calls } = await deltasOf(await ask(bedrock, { tool_choice: 'none' }));
    expect(calls).toEqual([]);
    expect(lab.last()?.body).not.toHaveProperty('toolConfig');
    expect(await sent(bedrock, { tool_choice: 'none', messages: secondTurn })).toHaveProperty('toolConfig');
  });

  test('forces one tool by name (3.16)', async () => {
    const tool_choice = { type: 'function', function: { name: 'get_current_weather' } };
    expect(await sent(bedrock, { tool_choice })).toMatchObject({
      toolConfig: { toolChoice: { tool: { name: 'get_current_weather' } } },
    });
  });

  test('keeps a temperature of 0 (3.19)', async () => {
    expect(await sent('openai/gpt-4o')).toMatchObject({ temperature: 0 });
    expect(await sent(bedrock)).toMatchObject({ inferenceConfig: { temperature: 0 } });
  });

  test('forwards up to 128 schemas unchanged, and rejects more (3.20)', async () => {
    expect(await sent('openai/gpt-4o')).toMatchObject({ tools: [weather] });
    expect(await sent(bedrock)).toMatchObject({ toolConfig: { tools: [{ toolSpec: { inputSchema: { json: parameters } } }] } });
    const tools = Array.from({ length: 129 }, (_, at) => ({ ...weather, function: { ...weather.function, name: `f${at}` } }));
    expect(listOf((await sent('openai/gpt-4o', { tools: tools.slice(1) })).tools)).toHaveLength(128);
    const answer = await ask('openai/gpt-4o', { tools });
    expect([answer.status, await answer.json()]).toEqual([400, { error: expect.objectContaining({ param: 'tools' }) }]);
  });

  test('puts results of parallel calls in one turn on Bedrock, each with its call (3.21)', async () => {
    const { messages } = await sent(bedrock, { messages: secondTurn });
    expect(messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ toolUse: { toolUseId: 'a' } }, { toolUse: { toolUseId: 'b' } }] },
      { role: 'user', content: [{ toolResult: { toolUseId: 'a' } }, { toolResult: { toolUseId: 'b' } }] },
    ]);
  });

  test('forwards include_thinking to Empower, and drops and lists it elsewhere (3.22)', async () => {
    await shaped.post('/api/v1/chat/completions', { ...seed, model: 'empower/text-first', include_thinking: true });
    expect(provider.asked.at(-1)?.body).toMatchObject({ include_thinking: true });
    const answer = await ask('anthropic/claude-sonnet-4-5', { include_thinking: true });
    expect(answer.headers.get('x-sluice-dropped')).toBe('include_thinking');
  });

  test('gives OpenAI’s JavaScript client the same calls (3.24)', async () => {
    const client = new OpenAI({ baseURL: `${lab.served.url}/api/v1`, apiKey: 'any' });
    const body = { ...seed, model: 'openai/gpt-4o' } as unknown as Parameters<typeof client.chat.completions.stream>[0];
    const { choices } = await client.chat.completions.stream(body).finalChatCompletion();
    const called = choices[0]?.message.tool_calls?.map((call) => (call.type === 'function' ? call.function : undefined));
    expect(called?.map((fn) => ({ name: fn?.name, arguments: parsed(fn?.arguments ?? '') }))).toEqual(twoCalls);
  });

  test('reaches Empower at the address of its API (3.25)', async () => {
    await shaped.post('/api/v1/chat/completions', { ...seed, model: 'empower/two-in-one' });
    expect(provider.asked.at(-1)).toMatchObject({ path: '/api/v1/chat/completions', body: { stream: true } });
  });
});

const called = (id: string, location: string) => ({
  id,
  type: 'function',
  function: { name: 'get_current_weather', arguments: JSON.stringify({ location, unit: 'celsius' }) },
});
const secondTurn: JsonObject[] = [
  ...listOf(seed.messages),
  { role: 'assistant', content: null, tool_calls: [called('a', 'San Francisco'), called('b', 'Los Angeles')] },
  { role: 'tool', tool_call_id: 'a', content: '14' },
  { role: 'tool', tool_call_id: 'b', content: '21' },
];
