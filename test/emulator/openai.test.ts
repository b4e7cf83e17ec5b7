import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { collect } from '../support/collect.ts';
import { eventually, RawCall } from './raw.ts';

let emulator: Emulator;
let client: OpenAI;
beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
  client = new OpenAI({ baseURL: emulator.openaiUrl, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => emulator.close());

const user = (content: string) => [{ role: 'user' as const, content }];
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] }, days: { type: 'integer', maximum: 7 } },
      required: ['city', 'unit', 'days'],
    },
  },
};
const now = { type: 'function' as const, function: { name: 'now', parameters: { type: 'object', properties: {} } } };

const raw = (model: string, more: object = {}) =>
  new RawCall(
    emulator.openaiUrl,
    '/v1/chat/completions',
    { authorization: 'Bearer any', 'content-type': 'application/json' },
    JSON.stringify({ model, stream: true, messages: user('Hello there'), ...more }),
  );
const contents = (body: string) => [...body.matchAll(/"delta":\{"content":"/g)].length;

describe('the emulated OpenAI with the official client', () => {
  test('streams an answer to the last message, and its usage', async () => {
    const stream = client.chat.completions.stream({
      model: 'chat',
      messages: user('Why is the sky blue?'),
      stream_options: { include_usage: true },
    });
    let deltas = 0;
    stream.on('content', () => {
      deltas++;
    });
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]?.message.content).toContain('“Why is the sky blue?”');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage?.completion_tokens).toBe(deltas);
  });

  test('returns the same answer without a stream', async () => {
    const messages = user('Compare Rome and Oslo');
    const streamed = await client.chat.completions.stream({ model: 'chat', messages }).finalContent();
    const whole = await client.chat.completions.create({ model: 'chat', messages });
    expect(whole.choices[0]?.message.content).toBe(streamed);
    expect(whole.usage?.prompt_tokens).toBe(7);
  });

  test('calls a tool once for each named thing, then answers from the results', async () => {
    const question = user('What is the weather in Paris and New York for 3 days, in fahrenheit?');
    const stream = client.chat.completions.stream({ model: 'chat', messages: question, tools: [weather, now] });
    const message = await stream.finalMessage();
    const calls = message.tool_calls?.map((call) => (call.type === 'function' ? call.function : undefined));
    expect(calls?.map((call) => call?.name)).toEqual(['get_weather', 'get_weather']);
    expect(calls?.map((call) => JSON.parse(call?.arguments ?? ''))).toEqual([
      { city: 'Paris', unit: 'fahrenheit', days: 3 },
      { city: 'New York', unit: 'fahrenheit', days: 3 },
    ]);
    const results = (message.tool_calls ?? []).map(({ id }, index) => ({
      role: 'tool' as const,
      tool_call_id: id,
      content: `${60 + index} degrees`,
    }));
    const answer = await client.chat.completions.create({
      model: 'chat',
      messages: [...question, message, ...results],
      tools: [weather, now],
    });
    expect(answer.choices[0]?.message.content).toContain('“60 degrees” and “61 degrees”');
  });

  test('obeys tool_choice and parallel_tool_calls', async () => {
    const ask = async (more: object) => {
      const answer = await client.chat.completions.create({
        model: 'chat',
        messages: user('Rome and Oslo'),
        tools: [weather, now],
        ...more,
      });
      return answer.choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function.name);
    };
    expect(await ask({ tool_choice: { type: 'function', function: { name: 'now' } } })).toEqual(['now', 'now']);
    expect(await ask({ parallel_tool_calls: false })).toHaveLength(1);
    expect(await ask({ tool_choice: 'none' })).toBeUndefined();
  });

  test('tools writes text, then calls every tool, and one without parameters gets {}', async () => {
    const message = await client.chat.completions
      .stream({ model: 'tools', messages: user('Go to Rome'), tools: [weather, now] })
      .finalMessage();
    expect(message.content).toMatch(/^Let me/);
    expect(message.tool_calls?.map((call) => call.type === 'function' && call.function.arguments)).toEqual([
      '{"city":"Rome","unit":"celsius","days":1}',
      '{}',
    ]);
  });

  test('calls a custom tool with text', async () => {
    const ask = {
      model: 'chat',
      messages: user('Run it in Rome'),
      tools: [{ type: 'custom' as const, custom: { name: 'shell', description: 'Runs a command' } }],
    };
    const whole = await client.chat.completions.create(ask);
    expect(whole.choices[0]?.message.tool_calls).toMatchObject([{ type: 'custom', custom: { name: 'shell', input: 'Rome' } }]);
    const chunks = await collect(await client.chat.completions.create({ ...ask, stream: true }));
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []) as { custom?: { input: string } }[];
    expect(calls.map(({ custom }) => custom?.input).join('')).toBe('Rome');
  });

  test('obeys a JSON schema', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, big: { type: 'boolean' } },
      required: ['city', 'big'],
    };
    const content = await client.chat.completions
      .stream({
        model: 'chat',
        messages: user('Tell me of Rome'),
        response_format: { type: 'json_schema', json_schema: { name: 'city', schema } },
      })
      .finalContent();
    expect(JSON.parse(content ?? '')).toEqual({ city: 'Rome', big: true });
  });

  test('stops at the token limit and at a stop sequence', async () => {
    const ask = async (more: object) => {
      const { choices } = await client.chat.completions.create({ model: 'chat', messages: user('Hi'), ...more });
      return [choices[0]?.message.content, choices[0]?.finish_reason];
    };
    expect(await ask({ max_completion_tokens: 3 })).toEqual(['You said “Hi”.', 'length']);
    expect(await ask({ stop: ['embed', 'a model'] })).toEqual(['You said “Hi”. I am an ', 'stop']);
  });

  test('reasons first on request, and counts it', async () => {
    const { choices, usage } = await client.chat.completions.create({
      model: 'chat',
      messages: user('Hi'),
      reasoning_effort: 'low',
    });
    expect(choices[0]?.message).toMatchObject({ reasoning_content: expect.stringContaining('writes about Hi') });
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(5);
  });

  test('echo repeats its input exactly', async () => {
    const text = ' data: [DONE]\n\n👩‍👩‍👧 統一碼 \u2028 "quoted" \\ \0\ttail  ';
    const content = await client.chat.completions.stream({ model: 'echo', messages: user(text) }).finalContent();
    expect(content).toBe(text);
  });

  test('interleaves several choices, with log probabilities on request', async () => {
    const stream = await client.chat.completions.create({
      model: 'chat',
      messages: user('Hi'),
      n: 2,
      logprobs: true,
      stream: true,
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk.choices[0]);
    expect(chunks.slice(0, 4).map((choice) => choice?.index)).toEqual([0, 1, 0, 1]);
    expect(chunks.filter((choice) => choice?.finish_reason).map((choice) => choice?.index)).toEqual([0, 1]);
    expect(chunks[2]?.logprobs?.content?.[0]).toMatchObject({ token: 'You', bytes: [89, 111, 117] });
  });

  test('lists its models', async () => {
    const names = (await client.models.list()).data.map(({ id }) => id);
    expect(names).toContain('chat');
    expect(names).toContain('cut');
  });

  test.each([
    ['status-400', OpenAI.BadRequestError, 'invalid_request_error'],
    ['status-401', OpenAI.AuthenticationError, 'invalid_request_error'],
    ['status-404', OpenAI.NotFoundError, 'invalid_request_error'],
    ['typo', OpenAI.NotFoundError, 'invalid_request_error'],
    ['status-429@7', OpenAI.RateLimitError, 'requests'],
    ['status-500', OpenAI.InternalServerError, 'server_error'],
    ['status-503', OpenAI.InternalServerError, 'server_error'],
  ])('%s is an error that the client recognizes', async (model, kind, type) => {
    const failure = await client.chat.completions.create({ model, messages: user('Hi'), stream: true }).catch((error) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(failure.type).toBe(type);
    expect(failure.headers.get('retry-after')).toBe(model.endsWith('@7') ? '7' : null);
  });

  test.each([
    ['no messages', { messages: [] }],
    ['a tool result that answers no call', { messages: [{ role: 'tool', tool_call_id: 'x', content: 'y' }] }],
    ['a call without its result', { messages: [{ role: 'assistant', tool_calls: [{ id: 'x' }] }, ...user('Hi')] }],
    ['a choice of tools without tools', { messages: user('Hi'), tool_choice: 'auto' }],
    ['an unknown role', { messages: [{ role: 'robot', content: 'Hi' }] }],
    ['usage asked of no stream', { messages: user('Hi'), stream: false, stream_options: { include_usage: true } }],
  ])('rejects %s', async (_what, body) => {
    const call = raw('chat', body);
    await call.until(() => call.body.endsWith('}'));
    expect(call.received).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(call.body).error).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) });
  });

  test('requires a key and JSON', async () => {
    const post = (headers: Record<string, string>, body: string) =>
      fetch(`${emulator.openaiUrl}/chat/completions`, { method: 'POST', headers, body });
    expect((await post({}, '{}')).status).toBe(401);
    const bad = await post({ authorization: 'Bearer any' }, '{"model":');
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ error: { message: expect.stringContaining('parse the JSON body') } });
  });
});

describe('the bytes of the emulated OpenAI', () => {
  test('start, carry usage and end like OpenAI’s', async () => {
    const { body } = await raw('chat', { stream_options: { include_usage: true } }).whole();
    const lines = body.split('\n\n').slice(0, -1);
    expect(lines[0]).toMatch(
      /^data: \{.*"delta":\{"role":"assistant","content":"","refusal":null\},"logprobs":null,"finish_reason":null/,
    );
    expect(lines[1]).toMatch(/"usage":null,"obfuscation":"\w+"\}$/);
    expect(lines.at(-3)).toMatch(/"delta":\{\},"logprobs":null,"finish_reason":"stop"/);
    expect(lines.at(-2)).toMatch(/"choices":\[\],"usage":\{"prompt_tokens":/);
    expect(lines.at(-1)).toBe('data: [DONE]');
  });

  test('open a single tool call in the first chunk', async () => {
    const { body } = await raw('chat', { tools: [now] }).whole();
    expect(body.split('\n')[0]).toMatch(/"delta":\{"role":"assistant","content":null,"tool_calls":\[\{"index":0,"id":"call_\w+"/);
  });

  test('break the connection after n content events with cut', async () => {
    const call = await raw('cut@5').whole();
    expect([call.ended, call.complete, contents(call.body)]).toEqual([true, false, 5]);
    const atOnce = await raw('cut@0').whole();
    expect(atOnce.received).toMatch(/^HTTP\/1.1 200 [\s\S]*\r\n\r\n$/);
    expect([atOnce.ended, atOnce.complete]).toEqual([true, false]);
  });

  test('end cleanly and too early with eof, and without a finish if the answer is shorter', async () => {
    const call = await raw('eof@2').whole();
    expect([call.complete, contents(call.body)]).toEqual([true, 2]);
    const late = await raw('eof@999').whole();
    expect(late.body).toContain('" one."');
    expect(late.body).not.toMatch(/"finish_reason":"/);
  });

  test('stall with an open connection with stall', async () => {
    const call = raw('stall@2');
    await call.until(() => contents(call.body) === 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([call.ended, contents(call.body)]).toEqual([false, 2]);
    call.socket.destroy();
  });

  test('report a mid-stream failure with error, as the first event at 0', async () => {
    const call = await raw('error@2').whole();
    expect(call.body).toMatch(/\n\ndata: \{"error":\{"message":".*","type":"server_error","param":null,"code":null\}\}\n\n$/);
    expect(contents(call.body)).toBe(2);
    expect((await raw('error@0').whole()).body).toMatch(/^data: \{"error":/);
  });

  test('have one broken event between whole ones with garbage', async () => {
    const events = (await raw('garbage@2').whole()).body.split('\n\n').slice(0, -2);
    const broken = events.filter((event) => {
      try {
        JSON.parse(event.slice('data: '.length));
        return false;
      } catch {
        return true;
      }
    });
    expect(broken).toHaveLength(1);
    expect(events.indexOf(broken[0] ?? '')).toBe(3);
  });

  test('finish without [DONE] with no-done', async () => {
    const { body, complete } = await raw('no-done').whole();
    expect(complete).toBe(true);
    expect(body).toContain('"finish_reason":"stop"');
    expect(body).not.toContain('[DONE]');
  });

  test('are empty, HTML or nothing with empty, html and silent', async () => {
    const empty = raw('empty');
    await empty.until(() => empty.received.endsWith('\r\n\r\n'));
    expect(empty.received).toMatch(/content-type: text\/event-stream/);
    expect(empty.received).toMatch(/content-length: 0/);
    const html = raw('html');
    await html.until(() => html.body.endsWith('</html>\n'));
    expect(html.received).toMatch(/^HTTP\/1.1 200 [\s\S]*content-type: text\/html/);
    const silent = raw('silent');
    await eventually(() => emulator.log.at(-1)?.model === 'silent');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([silent.received, silent.ended]).toEqual(['', false]);
    for (const { socket } of [empty, html, silent]) socket.destroy();
  });

  test('have one event of the given size with huge', async () => {
    const { body } = await raw('huge@2').whole();
    expect(Math.max(...body.split('\n\n').map((event) => event.length))).toBeGreaterThan(2 << 20);
    expect(contents(body)).toBe(1);
  });

  test('have the fault in the body without a stream', async () => {
    const cut = await raw('cut', { stream: false }).whole();
    expect([cut.ended, cut.complete, cut.body.startsWith('{"id":"chatcmpl-')]).toEqual([true, false, true]);
    const eof = await raw('eof', { stream: false }).whole();
    expect(eof.complete).toBe(true);
    expect(() => JSON.parse(eof.body)).toThrow();
    const error = raw('error', { stream: false });
    await error.until(() => error.body.endsWith('}'));
    expect(error.received).toMatch(/^HTTP\/1.1 500 /);
  });
});

describe('a client that disconnects', () => {
  test('is noticed at once, and the model stops', async () => {
    const slow = await startEmulator({ paceMs: 5 });
    try {
      const leaving = new OpenAI({ baseURL: slow.openaiUrl, apiKey: 'any', maxRetries: 0 });
      const stream = await leaving.chat.completions.create({ model: 'chat', messages: user('Hi'), stream: true });
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
      const left = Date.now();
      await eventually(() => slow.log[0]?.closedByClient === true);
      expect(Date.now() - left).toBeLessThan(100);
      const sent = slow.log[0]?.eventsSent;
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(slow.log[0]).toMatchObject({ eventsSent: sent, finished: false, model: 'chat' });
    } finally {
      await slow.close();
    }
  });

  test('is noticed during silence', async () => {
    for (const model of ['silent', 'stall@0']) {
      const call = raw(model);
      await eventually(() => emulator.log.at(-1)?.model === model);
      const record = emulator.log.at(-1);
      call.socket.destroy();
      await eventually(() => record?.closedByClient === true);
    }
  });

  test('applies backpressure to the model if it doesn’t read', async () => {
    const call = raw('echo', { messages: user('x'.repeat(200_000)) });
    call.socket.pause();
    await eventually(() => (emulator.log.at(-1)?.eventsSent ?? 0) > 100);
    const record = emulator.log.at(-1);
    let sent = -1;
    await eventually(() => {
      const before = sent;
      sent = record?.eventsSent ?? 0;
      return sent === before;
    });
    expect(record?.eventsSent).toBeLessThan(100_000);
    expect(record?.finished).toBe(false);
    call.socket.resume();
    await call.whole();
    expect(record?.finished).toBe(true);
  });
});

describe('the emulated text completions with OpenAI’s client', () => {
  const prompt = 'Why is the sky blue?';

  test('stream up to the documented limit, and equal the whole answer', async () => {
    const stream = await client.completions.create({
      model: 'davinci-002',
      prompt,
      stream: true,
      stream_options: { include_usage: true },
    });
    let said = '';
    const ends: unknown[] = [];
    for await (const { choices, usage } of stream) {
      said += choices[0]?.text ?? '';
      if (choices[0]?.finish_reason) ends.push(choices[0].finish_reason);
      if (usage) ends.push(usage.completion_tokens);
    }
    expect(ends).toEqual(['length', 16]);
    const whole = await client.completions.create({ model: 'davinci-002', prompt });
    expect(whole.choices).toEqual([{ text: said, index: 0, logprobs: null, finish_reason: 'length' }]);
  });

  test('return several choices at once, with the prompt and log probabilities', async () => {
    const { choices } = await client.completions.create({
      model: 'chat',
      prompt,
      n: 2,
      echo: true,
      logprobs: 1,
      max_tokens: 100,
    });
    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(choices[0]?.text.startsWith(prompt)).toBe(true);
    expect(choices[0]?.logprobs?.tokens?.join('')).toBe(choices[0]?.text);
  });

  test.each([
    [{ messages: [] }, /Unrecognized request argument/],
    [{ prompt: ['a', 'b'] }, /one prompt at a time/],
    [{ best_of: 2, stream: true }, /best_of/],
  ])('reject %j', async (more, message) => {
    const body = { model: 'chat', prompt, ...more };
    await expect(client.post('/completions', { body })).rejects.toThrow(message);
  });
});
