import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { eventually, RawCall } from './raw.ts';

let emulator: Emulator;
let client: Anthropic;
beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
  client = new Anthropic({ baseURL: emulator.anthropicUrl, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => emulator.close());

const user = (content: string) => ({ role: 'user' as const, content });
const ask = (content: string, more: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}) => ({
  model: 'chat',
  max_tokens: 4000,
  messages: [user(content)],
  ...more,
});
const weather: Anthropic.Tool = {
  name: 'get_weather',
  description: 'The weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const now: Anthropic.Tool = { name: 'now', input_schema: { type: 'object', properties: {} } };

const raw = (model: string, more: object = {}) =>
  new RawCall(
    emulator.anthropicUrl,
    '/v1/messages',
    { 'x-api-key': 'any', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    JSON.stringify({ model, stream: true, max_tokens: 1000, messages: [user('Hello there')], ...more }),
  );
const contents = (body: string) => [...body.matchAll(/"(?:text|thinking)_delta"|"tool_use","id"/g)].length;
const names = (body: string) => [...body.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);

describe('the emulated Anthropic with the official client', () => {
  test('streams an answer and its usage, provisional first', async () => {
    const stream = client.messages.stream(ask('Why is the sky blue?', { system: 'Be brief.' }));
    let deltas = 0;
    let provisional = 0;
    stream.on('text', () => {
      deltas++;
    });
    stream.on('streamEvent', (event) => {
      if (event.type === 'message_start') provisional = event.message.usage.output_tokens;
    });
    const message = await stream.finalMessage();
    expect(message.content).toEqual([{ type: 'text', text: expect.stringContaining('“Why is the sky blue?”') }]);
    expect(message.stop_reason).toBe('end_turn');
    expect([provisional, message.usage.output_tokens]).toEqual([1, deltas]);
    expect(message.usage.input_tokens).toBe(13);
  });

  test('returns the same answer and token counts without a stream', async () => {
    const streamed = await client.messages.stream(ask('Compare Rome and Oslo')).finalMessage();
    const whole = await client.messages.create(ask('Compare Rome and Oslo'));
    expect(whole.content).toEqual(streamed.content);
    const { max_tokens: _, ...counted } = ask('Compare Rome and Oslo');
    expect((await client.messages.countTokens(counted)).input_tokens).toBe(whole.usage.input_tokens);
  });

  test('thinks, signs it, calls tools and answers from their results, and rejects changed thinking', async () => {
    const more = { thinking: { type: 'enabled', budget_tokens: 1024 } as const, tools: [weather, now] };
    const question = user('What is the weather in Paris and New York?');
    const message = await client.messages.stream({ ...ask(''), ...more, messages: [question] }).finalMessage();
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content.map((block) => block.type)).toEqual(['thinking', 'tool_use', 'tool_use']);
    const calls = message.content.filter((block) => block.type === 'tool_use');
    expect(calls.map(({ input }) => input)).toEqual([{ city: 'Paris' }, { city: 'New York' }]);
    const results = calls.map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id, content: 'rain' }));
    const follow = (content: Anthropic.ContentBlockParam[]) =>
      client.messages.create({
        ...ask(''),
        ...more,
        messages: [question, { role: 'assistant', content }, { role: 'user', content: results }],
      });
    const answer = await follow(message.content);
    expect(answer.content.at(-1)).toMatchObject({ text: expect.stringContaining('“rain” and “rain”') });
    const changed = message.content.map((block) => (block.type === 'thinking' ? { ...block, thinking: 'Hm.' } : block));
    await expect(follow(changed)).rejects.toThrow('Invalid `signature`');
  });

  test('tools writes text, then calls every tool, one of them without arguments', async () => {
    const message = await client.messages.stream(ask('Go to Rome', { model: 'tools', tools: [weather, now] })).finalMessage();
    expect(message.content).toMatchObject([
      { type: 'text' },
      { name: 'get_weather', input: { city: 'Rome' } },
      { name: 'now', input: {} },
    ]);
  });

  test('obeys tool_choice', async () => {
    const called = async (tool_choice: Anthropic.ToolChoice) =>
      (await client.messages.create(ask('Rome and Oslo', { tools: [weather, now], tool_choice }))).content.flatMap((block) =>
        block.type === 'tool_use' ? [block.name] : [],
      );
    expect(await called({ type: 'tool', name: 'now' })).toEqual(['now', 'now']);
    expect(await called({ type: 'any', disable_parallel_tool_use: true })).toHaveLength(1);
    expect(await called({ type: 'none' })).toEqual([]);
  });

  test('obeys a JSON schema, a token limit and a stop sequence, and continues a prefill', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const said = async (more: Partial<Anthropic.MessageCreateParamsNonStreaming>) => {
      const { content, stop_reason, stop_sequence } = await client.messages.stream(ask('Tell me of Rome', more)).finalMessage();
      return [content[0]?.type === 'text' && content[0].text, stop_reason, stop_sequence];
    };
    expect(await said({ output_config: { format: { type: 'json_schema', schema } } })).toEqual([
      '{"city":"Rome"}',
      'end_turn',
      null,
    ]);
    expect(await said({ max_tokens: 2 })).toEqual(['You said', 'max_tokens', null]);
    expect(await said({ stop_sequences: ['nothing', ' me'] })).toEqual(['You said “Tell', 'stop_sequence', ' me']);
    const prefilled = await said({ messages: [user('Tell me of Rome'), { role: 'assistant', content: 'You said “Tell' }] });
    expect(prefilled[0]).toMatch(/^ me of Rome”/);
  });

  test('echo repeats its input exactly', async () => {
    const text = 'event: error\n\ndata: [DONE]\n\n👩‍👩‍👧 統一碼 \u2028 \\ } ';
    const message = await client.messages.stream(ask(text, { model: 'echo' })).finalMessage();
    expect(message.content).toEqual([{ type: 'text', text }]);
  });

  test('lists its models', async () => {
    const ids = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toContain('echo');
  });

  test.each([
    ['status-400', Anthropic.BadRequestError, 'invalid_request_error'],
    ['status-401', Anthropic.AuthenticationError, 'authentication_error'],
    ['status-404', Anthropic.NotFoundError, 'not_found_error'],
    ['typo', Anthropic.NotFoundError, 'not_found_error'],
    ['status-429@7', Anthropic.RateLimitError, 'rate_limit_error'],
    ['status-500', Anthropic.InternalServerError, 'api_error'],
    ['status-503', Anthropic.InternalServerError, 'overloaded_error'],
  ])('%s is an error that the client recognizes', async (model, kind, type) => {
    const failure = await client.messages.create(ask('Hi', { model })).catch((error) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(failure.error).toEqual({ type: 'error', error: { type, message: expect.any(String) }, request_id: failure.requestID });
    expect(failure.headers.get('retry-after')).toBe(model.endsWith('@7') ? '7' : null);
  });

  test.each([
    ['an unknown field', { frequency_penalty: 0 }, 'frequency_penalty: Extra inputs are not permitted'],
    ['empty text', { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] }, 'must be non-empty'],
    ['temperature beside top_p', { temperature: 1, top_p: 0.9 }, 'cannot both be specified'],
    ['temperature above 1', { temperature: 1.5 }, 'temperature: range: 0..1'],
    [
      'a call without its result',
      { messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'x' }] }, user('Hi')] },
      'without `tool_result`',
    ],
    [
      'a result of no call',
      { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x' }] }] },
      'unexpected `tool_use_id`',
    ],
    [
      'a prefill that ends with a space',
      { messages: [user('Hi'), { role: 'assistant', content: 'Well ' }] },
      'trailing whitespace',
    ],
    [
      'a forced tool while thinking',
      { max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 1024 }, tools: [now], tool_choice: { type: 'any' } },
      'forces tool use',
    ],
    ['no max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
  ])('rejects %s', async (_what, body, message) => {
    const call = raw('chat', body);
    await call.until(() => call.body.endsWith('}'));
    expect(call.received).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(call.body).error).toEqual({ type: 'invalid_request_error', message: expect.stringContaining(message) });
  });

  test('requires a key, a version and JSON', async () => {
    const post = async (headers: Record<string, string>, body: string) => {
      const response = await fetch(`${emulator.anthropicUrl}/v1/messages`, { method: 'POST', headers, body });
      return [response.status, ((await response.json()) as { error: { type: string } }).error.type];
    };
    const version = { 'anthropic-version': '2023-06-01' };
    expect(await post(version, '{}')).toEqual([401, 'authentication_error']);
    expect(await post({ 'x-api-key': 'any' }, '{}')).toEqual([400, 'invalid_request_error']);
    expect(await post({ ...version, authorization: 'Bearer any' }, '[1]')).toEqual([400, 'invalid_request_error']);
  });
});

describe('the bytes of the emulated Anthropic', () => {
  test('have Anthropic’s names, padding and pings', async () => {
    const { body } = await raw('chat').whole();
    expect(names(body).slice(0, 4)).toEqual(['message_start', 'content_block_start', 'ping', 'content_block_delta']);
    expect(names(body).slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    expect(body).toMatch(/[}"\d] {3,}\}\n\n/);
    expect(body).toContain('event: ping\ndata: {"type": "ping"}\n\n');
  });

  test('start a tool call with an empty delta', async () => {
    const { body } = await raw('chat', { tools: [weather] }).whole();
    expect(body).toMatch(
      /"input":\{\}\} *\}\n\nevent: ping\n.*\n\n.*\n.*"delta":\{"type":"input_json_delta","partial_json":""\}/,
    );
  });

  test('stop after n content events with cut, eof and stall', async () => {
    const cut = await raw('cut@5').whole();
    expect([cut.ended, cut.complete, contents(cut.body)]).toEqual([true, false, 5]);
    const eof = await raw('eof@2').whole();
    expect([eof.complete, contents(eof.body), names(eof.body).at(-1)]).toEqual([true, 2, 'content_block_delta']);
    const stall = raw('stall@2');
    await stall.until(() => contents(stall.body) === 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([stall.ended, contents(stall.body)]).toEqual([false, 2]);
    stall.socket.destroy();
  });

  test('report a mid-stream failure with error, as the first event at 0', async () => {
    const { body } = await raw('error@2').whole();
    expect(body).toMatch(
      /\n\nevent: error\ndata: \{"type":"error","error":\{"type":"overloaded_error","message":"Overloaded"\},"request_id":"req_\w+"\}\n\n$/,
    );
    expect(contents(body)).toBe(2);
    expect(names((await raw('error@0').whole()).body)).toEqual(['error']);
  });

  test('continue after a broken event with garbage, and omit message_stop with no-done', async () => {
    const garbage = (await raw('garbage@1').whole()).body;
    expect(garbage).toContain('"text":"bro\n\n');
    expect(names(garbage).at(-1)).toBe('message_stop');
    const open = await raw('no-done').whole();
    expect([open.complete, names(open.body).at(-1)]).toEqual([true, 'message_delta']);
  });
});

test('end at once when the client aborts', async () => {
  const slow = await startEmulator({ paceMs: 5 });
  try {
    const leaving = new Anthropic({ baseURL: slow.anthropicUrl, apiKey: 'any', maxRetries: 0 });
    const stream = leaving.messages.stream(ask('Hi'));
    let left = 0;
    stream.once('text', () => {
      left = Date.now();
      stream.abort();
    });
    await stream.done().catch(() => {});
    await eventually(() => slow.log[0]?.closedByClient === true);
    expect(Date.now() - left).toBeLessThan(100);
    expect(slow.log[0]).toMatchObject({ provider: 'anthropic', finished: false });
  } finally {
    await slow.close();
  }
});
