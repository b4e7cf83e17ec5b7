import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { isObject, type JsonObject } from '../../lib/stream/json.ts';
import { geminiTruth } from '../support/truth/gemini.ts';
import { eventually, RawCall } from './raw.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
});
afterAll(() => emulator.close());

const user = (text: string) => ({ role: 'user', parts: [{ text }] });
const hello = { contents: [user('Hello there')] };
const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const tools = [{ functionDeclarations: [weather, { name: 'now' }] }];

/** A request like an app's, `:generateContent` by default. */
const post = (
  model: string,
  body: object,
  operation = 'generateContent',
  headers: Record<string, string> = { 'x-goog-api-key': 'any' },
) => fetch(`${emulator.geminiUrl}/models/${model}:${operation}`, { method: 'POST', headers, body: JSON.stringify(body) });
const streamed = async (model: string, body: object) => {
  const bytes = new Uint8Array(await (await post(model, body, 'streamGenerateContent?alt=sse')).arrayBuffer());
  return { text: Buffer.from(bytes).toString(), truth: geminiTruth(bytes) };
};
const raw = (model: string) =>
  new RawCall(
    emulator.geminiUrl,
    `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    { 'x-goog-api-key': 'any', 'content-type': 'application/json' },
    JSON.stringify(hello),
  );
const contents = (body: string) => [...body.matchAll(/^data: .*"text":"[^"]/gm)].length;

async function refusal(body: object, model = 'chat'): Promise<string> {
  const answer = await post(model, body);
  const { error } = (await answer.json()) as { error: JsonObject };
  return `${answer.status} ${error.status}: ${error.message}`;
}

/** The parts of a whole answer. */
async function partsOf(model: string, body: object): Promise<JsonObject[]> {
  const { candidates } = (await (await post(model, body)).json()) as { candidates: { content: { parts: JsonObject[] } }[] };
  return candidates[0]?.content.parts ?? [];
}

describe('the emulated Gemini', () => {
  test('requires signed calls from Gemini 3 on', async () => {
    const call = { role: 'model', parts: [{ functionCall: { name: 'now', args: {} } }] };
    const result = { role: 'user', parts: [{ functionResponse: { name: 'now', response: { output: 'x' } } }] };
    const loop = { contents: [user('a'), call, result], tools };
    expect((await post('gemini-2.5-flash', loop)).status).toBe(200);
    expect((await post('gemini-3-pro-preview', loop)).status).toBe(400);
  });

  test('counts the tokens of contents and of a whole request', async () => {
    const count = async (body: object) => (await post('chat', body, 'countTokens')).json();
    expect(await count(hello)).toEqual({ totalTokens: 5 });
    expect(await count({ generateContentRequest: { model: 'models/chat', ...hello } })).toEqual({ totalTokens: 5 });
  });

  test('streams data lines that end in CRLF, with growing counts, and the finish in the last', async () => {
    const { text, truth } = await streamed('gemini-2.5-flash', hello);
    expect(text.replace(/data: \{.*\}\r\n\r\n/g, '')).toBe('');
    expect(truth).toMatchObject({ finish: { raw: 'STOP', reason: 'stop' }, usage: { input: 5 }, complete: true });
    expect(truth.text).toContain('“Hello there”');
    expect(truth.usage.output).toBe(contents(text));
    expect(text).toContain('"modelVersion":"gemini-2.5-flash"');
  });

  test('returns the same answer without a stream', async () => {
    const { truth } = await streamed('chat', hello);
    expect(await partsOf('chat', hello)).toEqual([{ text: truth.text }, { text: '' }]);
  });

  test('returns thoughts on request, and signs them at the end', async () => {
    const thinkingConfig = { includeThoughts: true, thinkingBudget: 1024 };
    const { truth } = await streamed('chat', { ...hello, generationConfig: { thinkingConfig } });
    expect(truth.reasoning).not.toBe('');
    expect(truth.signatures).toHaveLength(1);
    expect(truth.usage.reasoning).toBeLessThan(truth.usage.output ?? 0);
  });

  test('calls tools whole, one per chunk, the first one signed, and answers from their results', async () => {
    const question = user('What is the weather in Paris and New York?');
    const { truth } = await streamed('chat', { contents: [question], tools });
    expect(truth.tools).toMatchObject([
      { name: 'get_weather', arguments: { city: 'Paris' } },
      { name: 'get_weather', arguments: { city: 'New York' } },
    ]);
    expect(truth.finish).toEqual({ raw: 'STOP', reason: 'tool-call' });
    const made = await partsOf('chat', { contents: [question], tools });
    expect(made.map((part) => part.thoughtSignature !== undefined)).toEqual([true, false]);
    const results = made.map(({ functionCall }) => {
      const { id = '', name = '' } = isObject(functionCall) ? functionCall : {};
      return { functionResponse: { id, name, response: { output: '12 degrees' } } };
    });
    const model = { role: 'model', parts: made };
    const [said] = await partsOf('chat', { contents: [question, model, { role: 'user', parts: results }], tools });
    expect(said?.text).toContain('12 degrees');
  });

  test('obeys a schema, a limit and stop sequences', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } };
    const generationConfig = { responseMimeType: 'application/json', responseJsonSchema: schema };
    const { truth } = await streamed('chat', { contents: [user('Tell me of Rome')], generationConfig });
    expect(JSON.parse(truth.text)).toEqual({ city: 'Rome' });
    const short = await streamed('chat', { ...hello, generationConfig: { maxOutputTokens: 2 } });
    expect(short.truth).toMatchObject({ finish: { reason: 'length' }, usage: { output: 2 } });
    const stopped = await streamed('chat', { ...hello, generationConfig: { stopSequences: ['demo'] } });
    expect(stopped.truth.text).not.toContain('demo');
  });

  test('lists its models', async () => {
    const answer = await fetch(`${emulator.geminiUrl}/models?key=any`);
    const { models } = (await answer.json()) as { models: { name: string }[] };
    expect(models.map(({ name }) => name)).toContain('models/chat');
  });
});

describe('requests that the emulated Gemini rejects', () => {
  const lost = { thoughtSignature: 'skip_thought_signature_validator' };
  const call = (more: object = {}) => ({ role: 'model', parts: [{ functionCall: { name: 'now', args: {} }, ...more }] });
  const result = { role: 'user', parts: [{ functionResponse: { name: 'now', response: { output: 'noon' } } }] };

  test.each<[string, object, string]>([
    ['a field that it does not know', { ...hello, model: 'x' }, 'Unknown name "model"'],
    ['a setting that it does not know', { ...hello, generationConfig: { max_tokens: 1 } }, 'Unknown name "max_tokens"'],
    ['no contents', { contents: [] }, 'contents is not specified'],
    ['a role of another dialect', { contents: [{ role: 'assistant', parts: [{ text: 'a' }] }] }, 'Please use a valid role'],
    ['a turn of nothing', { contents: [{ role: 'user', parts: [] }] }, 'must not be empty'],
    ['a part of nothing', { contents: [{ role: 'user', parts: [{}] }] }, "required oneof field 'data'"],
    ['a call without its result', { contents: [user('a'), call(lost)] }, 'number of function response parts'],
    ['a result without its call', { contents: [user('a'), result] }, 'number of function response parts'],
    ['a call that nobody signed', { contents: [user('a'), call(), result] }, 'missing a thought_signature'],
    [
      'a signature of something else',
      { contents: [user('a'), call({ thoughtSignature: 'eA==' }), result] },
      'Corrupted thought signature',
    ],
    [
      'a budget and a level',
      { ...hello, generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: 'low' } } },
      'only one of',
    ],
    ['a mode that is none', { ...hello, tools, toolConfig: { functionCallingConfig: { mode: 'any' } } }, 'Invalid value'],
    ['a name that is none', { ...hello, tools: [{ functionDeclarations: [{ name: '1' }] }] }, 'Invalid function name'],
  ])('%s', async (_, body, message) => {
    expect(await refusal(body)).toMatch(new RegExp(`^400 INVALID_ARGUMENT: .*${message}`, 's'));
  });

  test('but not a signature marked as lost, nor one missing in an earlier turn', async () => {
    expect((await post('chat', { contents: [user('a'), call(lost), result] })).status).toBe(200);
    expect((await post('chat', { contents: [user('a'), call(), result, user('b')] })).status).toBe(200);
  });

  test('a request without a key, for an unknown model, or for an unknown method', async () => {
    expect((await post('chat', hello, 'generateContent', {})).status).toBe(403);
    expect(await refusal(hello, 'nobody')).toMatch(/^404 NOT_FOUND: models\/nobody is not found/);
    expect((await post('chat', hello, 'streamGenerateContent')).status).toBe(400);
    expect((await post('chat', hello, 'embedContent')).status).toBe(404);
  });
});

describe('an emulated Gemini that misbehaves', () => {
  test('breaks the connection, or ends cleanly, after the given number of events', async () => {
    const cut = await raw('cut@2').whole();
    expect([contents(cut.body), cut.complete]).toEqual([2, false]);
    const eof = await raw('eof@4').whole();
    expect([contents(eof.body), eof.complete, eof.body.includes('finishReason')]).toEqual([4, true, false]);
  });

  test('stalls until the client disconnects', async () => {
    const call = raw('stall@1');
    await call.until(() => contents(call.body) === 1);
    expect(call.ended).toBe(false);
    call.socket.destroy();
    await eventually(() => emulator.log.at(-1)?.closedByClient === true);
  });

  test('sends a failure outside any event, or a broken event', async () => {
    const failed = await raw('error@1').whole();
    expect(failed.body).toMatch(/\r\n\r\n\{\r\n {2}"error": \{\r\n {4}"code": 500,/);
    const garbage = await raw('garbage@1').whole();
    expect(garbage.body).toContain('{"text": "bro\r\n\r\n');
    expect(garbage.body).toContain('"finishReason":"STOP"');
  });

  test.each([
    ['status-400', 400, 'INVALID_ARGUMENT'],
    ['status-401', 400, 'API_KEY_INVALID'],
    ['status-404', 404, 'NOT_FOUND'],
    ['status-429@7', 429, '"retryDelay": "7s"'],
    ['status-500', 500, 'INTERNAL'],
    ['status-503', 503, 'UNAVAILABLE'],
  ])('%s', async (model, status, words) => {
    const answer = await post(model, hello, 'streamGenerateContent?alt=sse');
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(words);
  });
});
