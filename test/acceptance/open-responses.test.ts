import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import { type Served, serve } from '../support/serve.ts';

let served: Served;
beforeAll(async () => {
  served = await serve({ streamLog: memoryLog() });
});
afterAll(() => served.close());

/** The members that https://www.openresponses.org requires, in responses and in the parts of one. */
const required: Readonly<Record<string, readonly string[]>> = {
  response: [
    ...['id', 'object', 'created_at', 'completed_at', 'status', 'incomplete_details', 'model', 'previous_response_id'],
    ...['instructions', 'output', 'error', 'tools', 'tool_choice', 'truncation', 'parallel_tool_calls', 'text', 'top_p'],
    ...['presence_penalty', 'frequency_penalty', 'top_logprobs', 'temperature', 'reasoning', 'user', 'usage'],
    ...['max_output_tokens', 'max_tool_calls', 'store', 'background', 'service_tier', 'metadata', 'safety_identifier'],
    'prompt_cache_key',
  ],
  output_text: ['text', 'annotations', 'logprobs'],
  message: ['id', 'status', 'role', 'content'],
  function_call: ['id', 'call_id', 'name', 'arguments', 'status'],
  'response.output_text.delta': ['sequence_number', 'item_id', 'output_index', 'content_index', 'delta', 'logprobs'],
  'response.output_text.done': ['sequence_number', 'item_id', 'output_index', 'content_index', 'text', 'logprobs'],
};

/** Members that are missing anywhere in this value, such as `output[0].content[0].logprobs`. */
function missingIn(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => missingIn(one, `${at}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  const members = value as JsonObject;
  const names = required[String(members.object ?? members.type)] ?? [];
  const here = names.filter((name) => members[name] === undefined).map((name) => `${at}.${name}`);
  return [...here, ...Object.entries(members).flatMap(([name, member]) => missingIn(member, `${at}.${name}`))];
}

async function respond(body: object): Promise<JsonObject & { output: JsonObject[] }> {
  const answer = await served.post('/v1/responses', body);
  const response = (await answer.json()) as JsonObject & { output: JsonObject[] };
  expect(answer.status, JSON.stringify(response)).toBe(200);
  expect(missingIn(response, 'response')).toEqual([]);
  return response;
}

async function events(body: object): Promise<JsonObject[]> {
  const answer = await served.post('/v1/responses', { ...body, stream: true });
  const all = [...(await answer.text()).matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => JSON.parse(data) as JsonObject);
  expect(missingIn(all, 'events')).toEqual([]);
  return all;
}

const message = (role: string, content: unknown) => ({ type: 'message', role, content });
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const page = Buffer.from('%PDF-1.1\n%%EOF').toString('base64');
const tools = [
  {
    type: 'function',
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];

describe.each(['openai', 'anthropic', 'gemini', 'bedrock'])('an Open Responses client of demo/%s', (provider) => {
  const model = `demo/${provider}/echo`;
  const calling = `demo/${provider}/tools`;

  test.each([
    ['a message of the user', [message('user', 'Greet me.')]],
    ['a system prompt', [message('system', 'Be short.'), message('user', 'Greet me.')]],
    ['a conversation', [message('user', 'I am Ada.'), message('assistant', 'Hello Ada.'), message('user', 'Who am I?')]],
    [
      'an image',
      [
        message('user', [
          { type: 'input_text', text: 'What is it?' },
          { type: 'input_image', image_url: `data:image/png;base64,${pixel}` },
        ]),
      ],
    ],
    [
      'a file',
      [
        message('user', [
          { type: 'input_text', text: 'What is its title?' },
          { type: 'input_file', filename: 'page.pdf', file_data: `data:application/pdf;base64,${page}` },
        ]),
      ],
    ],
  ])('gets a complete response to %s', async (_, input) => {
    const response = await respond({ model, input });
    expect(response).toMatchObject({ status: 'completed', completed_at: expect.any(Number), output: [{ type: 'message' }] });
    expect(Number(response.completed_at)).toBeGreaterThanOrEqual(Number(response.created_at));
  });

  test('gets a stream whose last event has the complete response', async () => {
    const all = await events({ model, input: [message('user', 'Count to five.')] });
    expect(all.map(({ sequence_number }) => sequence_number)).toEqual(all.map((_, at) => at));
    expect(all[0]).toMatchObject({ type: 'response.created', response: { status: 'in_progress', completed_at: null } });
    const response = { status: 'completed', completed_at: expect.any(Number) };
    expect(all.at(-1)).toMatchObject({ type: 'response.completed', response });
  });

  test('gets a call of its tool, and an answer after its output', async () => {
    const input = [message('user', 'What is the weather in Paris?')];
    const first = await respond({ model: calling, input, tools });
    const call = first.output.find(({ type }) => type === 'function_call');
    expect(call).toMatchObject({ name: 'weather', status: 'completed' });
    const output = { type: 'function_call_output', call_id: call?.call_id, output: 'Sunny' };
    const second = await respond({ model: calling, input: [...input, ...first.output, output], tools });
    expect(second).toMatchObject({ status: 'completed' });
    expect(second.output.some(({ type }) => type === 'message')).toBe(true);
  });

  test('gets the call in a stream as an item, its arguments in pieces, and both again when done', async () => {
    const all = await events({ model: calling, input: 'What is the weather in Paris?', tools });
    const types = all.map(({ type, item }) => ((item as JsonObject)?.type === 'function_call' ? `${type} call` : type));
    for (const type of [
      'response.output_item.added call',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done call',
    ]) {
      expect(types).toContain(type);
    }
  });

  test('continues a stored response by its id', async () => {
    const first = await respond({ model, input: 'The code word is papaya.' });
    const second = await respond({ model, input: 'Which code word?', previous_response_id: first.id });
    expect(second).toMatchObject({ status: 'completed', previous_response_id: first.id });
    expect(JSON.stringify(served.emulator.log.at(-1)?.body)).toContain('papaya');
  });
});
