import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type Lab, openLab } from '../features/lab.ts';
import { openAnswer } from '../functions/read-answer.ts';
import { predictionGuardGo } from '../support/readers/prediction-guard-go.ts';
import { predictionGuardJs } from '../support/readers/prediction-guard-js.ts';
import { predictionGuardPython } from '../support/readers/prediction-guard-python.ts';
import { predictionGuardRust } from '../support/readers/prediction-guard-rust.ts';
import { plainEvents } from '../support/truth/plain-sse.ts';
import { listOf, objectOf, parsed } from '../support/truth/truth.ts';

/* Clients of Prediction Guard, of whom only the base URL changes. Those that npm does not carry are read as they read. */

const key = 'client-key-of-the-lab';
const authorization = `Bearer ${key}`;
let lab: Lab;
let paced: Lab;
beforeAll(async () => {
  lab = await openLab({ keys: [key], models: { 'Hermes-3': 'openai/gpt-4o', claude: 'anthropic/claude-sonnet-4-5' } });
  paced = await openLab({ keys: [key], paceMs: 30 });
});
afterAll(async () => {
  await lab.close();
  await paced.close();
});

/** What the Python client sends for the example of its documentation, nulls and all. */
const python: JsonObject = {
  model: 'Hermes-3',
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'Where does the sun rise?' },
    { role: 'assistant', content: 'In the east.' },
    { role: 'user', content: 'And where does it set?' },
  ],
  frequency_penalty: null,
  logit_bias: null,
  max_completion_tokens: 500,
  parallel_tool_calls: null,
  presence_penalty: null,
  reasoning_effort: null,
  stop: null,
  stream: true,
  stream_options: null,
  temperature: 0.1,
  tool_choice: null,
  tools: null,
  top_p: 0.99,
  top_k: 50,
};

const post = (body: JsonObject, path = '/chat/completions', headers: Record<string, string> = {}) =>
  lab.served.post(path, body, { authorization, 'user-agent': 'Prediction Guard Python Client: 2.11.0', ...headers });

/** What the provider was sent for this body. */
async function sent(body: JsonObject): Promise<JsonObject> {
  const answer = await post({ ...python, ...body });
  expect(answer.status, await answer.text()).toBe(200);
  return lab.last()?.body ?? {};
}

async function refused(body: JsonObject): Promise<string> {
  const before = lab.last();
  const answer = await post({ ...python, ...body });
  expect(answer.status).toBe(400);
  expect(lab.last()).toBe(before);
  return (await answer.json()).error;
}

const hearing = (path: string, body: JsonObject) =>
  openAnswer(lab.served.url + path, body, { authorization, 'content-type': 'application/json' });

const whole = /^You said “And where does it set\?”\..*a real one\.$/;

describe('Prediction Guard', () => {
  test('the Python client prints the answer piece by piece, without None or extra line ends (1.1, 1.22)', async () => {
    const answer = await hearing('/chat/completions', python);
    await answer.whole;
    const { said, ended } = predictionGuardPython(answer.pieces, 'chat');
    expect(said).toMatch(whole);
    expect(ended).toBe('done');
  });

  test('the constructor’s probe returns 200 for a good key, 401 for a bad one, and never 404 (1.2)', async () => {
    const probe = async (value: string) =>
      (await fetch(`${lab.served.url}/completions`, { headers: { authorization: value } })).status;
    expect([await probe(authorization), await probe('Bearer no-key-of-the-lab')]).toEqual([200, 401]);
  });

  test('returns one object without stream (1.4)', async () => {
    const { stream: _, ...body } = python;
    expect(await (await post(body)).json()).toMatchObject({ choices: [{ message: { content: expect.stringMatching(whole) } }] });
  });

  test('forwards all messages in order, and puts the system prompt in its own field for Bedrock (1.5)', async () => {
    expect((await sent({})).messages).toEqual(python.messages);
    const { system, messages } = await sent({ model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0' });
    expect(system).toEqual([{ text: 'You are a helpful assistant.' }]);
    expect(listOf(messages).map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test('accepts one string as messages (1.6)', async () => {
    expect((await sent({ messages: 'Hi' })).messages).toEqual([{ role: 'user', content: 'Hi' }]);
  });

  test('maps max_completion_tokens to the provider’s limit, and rejects an invalid limit (1.7)', async () => {
    expect(await sent({})).toMatchObject({ max_completion_tokens: 500 });
    expect(await sent({ model: 'claude' })).toMatchObject({ max_tokens: 500 });
    for (const bad of [0, -1, 'x']) expect(await refused({ max_completion_tokens: bad })).toContain('`max_completion_tokens`');
  });

  test('uses the newer of the two limits if both are set (1.8)', async () => {
    const body = await sent({ max_tokens: 7 });
    expect(body).toMatchObject({ max_completion_tokens: 500 });
    expect(body).not.toHaveProperty('max_tokens');
  });

  test('accepts a temperature of 0 to 2, clamps it to 1 for Claude, and lists the change (1.9)', async () => {
    for (const temperature of [0.1, 0, 2]) expect(await sent({ temperature })).toMatchObject({ temperature });
    for (const temperature of [2.1, -1]) expect(await refused({ temperature })).toContain('`temperature`');
    const answer = await post({ ...python, model: 'claude', temperature: 2, top_p: null });
    expect(lab.last()?.body).toMatchObject({ temperature: 1 });
    expect(answer.headers.get('x-sluice-dropped')).toBe('temperature');
  });

  test('rejects values out of range by name (1.10, 1.12, 1.13, 1.15)', async () => {
    expect(await refused({ top_p: 1.1 })).toContain('`top_p`');
    expect(await refused({ frequency_penalty: 3 })).toContain('`frequency_penalty`');
    expect(await refused({ presence_penalty: -3 })).toContain('`presence_penalty`');
    expect(await refused({ logit_bias: { 5: 101 } })).toContain('`logit_bias');
    expect(await refused({ reasoning_effort: 'a lot' })).toContain('`reasoning_effort`');
  });

  test('sends top_k to providers that support it, and drops it for OpenAI (1.11)', async () => {
    expect(await sent({})).not.toHaveProperty('top_k');
    expect(await sent({ model: 'claude' })).toMatchObject({ top_k: 50 });
    expect(await sent({ model: 'predictionguard/chat' })).toMatchObject({ top_k: 50 });
    const { additionalModelRequestFields } = await sent({ model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0' });
    expect(additionalModelRequestFields).toEqual({ top_k: 50 });
  });

  test('drops penalties for Claude, and lists them (1.12)', async () => {
    const answer = await post({ ...python, model: 'claude', frequency_penalty: 1, presence_penalty: 1 });
    expect(answer.headers.get('x-sluice-dropped')).toBe('frequency_penalty, presence_penalty, top_p');
  });

  test('accepts one string as stop (1.14)', async () => {
    const { inferenceConfig } = await sent({ model: 'bedrock/us.amazon.nova-pro-v1:0', stop: 'x' });
    expect(inferenceConfig).toMatchObject({ stopSequences: ['x'] });
  });

  test('the Python client reads to the end with usage requested, and usage is in the finish chunk (1.17)', async () => {
    const answer = await hearing('/chat/completions', { ...python, stream_options: { include_usage: true } });
    const raw = await answer.whole;
    expect(predictionGuardPython(answer.pieces, 'chat')).toEqual({ said: expect.stringMatching(whole), ended: 'done' });
    const [finish] = plainEvents(Buffer.from(raw)).slice(-2);
    expect(parsed(finish?.data ?? '')).toMatchObject({
      choices: [{ finish_reason: 'stop' }],
      usage: { prompt_tokens: expect.any(Number) },
    });
  });

  test('forwards input checks to Prediction Guard, and rejects them for others (1.18)', async () => {
    const input = { pii: 'replace', pii_replace_method: 'mask', block_prompt_injection: true };
    expect((await sent({ model: 'predictionguard/chat', input })).input).toEqual(input);
    expect(await refused({ input })).toContain('`input` is not supported by the provider');
  });

  test('rejects output checks on a stream (1.19)', async () => {
    expect(await refused({ output: { toxicity: true } })).toContain(
      'Factuality and toxicity checks are not supported when streaming is enabled.',
    );
  });

  test('streams about a picture if the model supports images, and rejects it otherwise (1.20)', async () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] }];
    expect(JSON.stringify(await sent({ messages }))).toContain('iVBORw0KGgo=');
    const blind = { messages, model: 'bedrock-chosen/amazon.titan-text-express-v1' };
    expect(await refused(blind)).toContain('`messages[0].content[1]`');
  });

  test('delivers tokens as the provider sends them (1.21)', async () => {
    const answer = await openAnswer(
      `${paced.served.url}/chat/completions`,
      { ...python, model: 'openai/gpt-4o' },
      { authorization },
    );
    await new Promise((resolve) => answer.answer.once('data', resolve));
    expect(paced.last()?.finished).toBe(false);
    await answer.whole;
    expect(answer.pieces.length).toBeGreaterThan(20);
  });

  test('sends a string as the text of every chunk, and never repeats the whole text (1.23, 1.24)', async () => {
    const bytes = Buffer.from(await (await post(python)).arrayBuffer());
    const chunks = plainEvents(bytes).flatMap(({ data }) => listOf(objectOf(parsed(data)).choices));
    for (const { delta, generated_text } of chunks) {
      expect(['string', 'undefined']).toContain(typeof objectOf(delta).content);
      expect(generated_text).toBeUndefined();
    }
  });

  test('streams text completions to the Python client (1.25)', async () => {
    const answer = await hearing('/completions', {
      model: 'Hermes-3',
      prompt: 'And where does it set?',
      max_tokens: 100,
      stream: true,
    });
    await answer.whole;
    expect(predictionGuardPython(answer.pieces, 'text')).toEqual({ said: expect.stringMatching(whole), ended: 'done' });
  });

  test.each([
    ['the Go client (1.26)', predictionGuardGo],
    ['the JavaScript client, with the network’s own chunks (1.27)', predictionGuardJs],
    ['the Rust client (1.28)', predictionGuardRust],
  ])('%s prints the whole text', async (_name, read) => {
    const answer = await hearing('/chat/completions', python);
    await answer.whole;
    expect(read(answer.pieces, 'chat')).toEqual({ said: expect.stringMatching(whole), ended: 'done' });
  });

  test('reports a bad key to the Go client as text (1.26)', async () => {
    const answer = await post(python, '/chat/completions', { authorization: 'Bearer no-key-of-the-lab' });
    expect([answer.status, await answer.json()]).toEqual([401, { error: expect.any(String) }]);
  });

  test('lists models by capability, with either header for the key (1.28, 1.30)', async () => {
    const list = async (path: string, headers: Record<string, string>) =>
      (await fetch(lab.served.url + path, { headers })).json();
    const listed = await list('/models/chat-completions', { 'x-api-key': key });
    expect(listOf(listed.data).map(({ id }) => id)).toContain('Hermes-3');
    const other = await list('/models/chat-completion', { authorization });
    expect(listOf(other.data).map(({ id }) => id)).toContain('Hermes-3');
  });

  test('shows a model’s time as text, and an empty list for a capability that no model has', async () => {
    const list = async (path: string, headers = {}) =>
      (await fetch(lab.served.url + path, { headers: { authorization, ...headers } })).json();
    for (const { created } of listOf((await list('/models')).data)) expect(created).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z$/);
    const openai = { 'user-agent': 'OpenAI/JS 7.57.0', 'x-stainless-lang': 'js' };
    for (const { created } of listOf((await list('/v1/models', openai)).data)) expect(created).toEqual(expect.any(Number));
    for (const capability of ['chat-with-image', 'chat-vision', 'embedding', 'tokenize', 'responses'])
      expect(await list(`/models/${capability}`)).toMatchObject({ object: 'list', data: [] });
  });

  test('the Rust client gets a cut answer as an error object', async () => {
    const rust = { authorization, 'user-agent': 'Prediction Guard Rust' };
    const answer = await lab.served.post('/chat/completions', { ...python, model: 'openai/cut' }, rust);
    expect(await answer.text()).toMatch(/\n\ndata: \{"error":\{"message":.*\n\ndata: \[DONE\]\n\n$/);
  });

  test('is an event stream over plain HTTP with a Bearer key (1.29)', async () => {
    const answer = await lab.served.post('/chat/completions', python, { authorization });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await answer.text();
  });

  test('reports an unknown model and a busy provider as text, with their status (1.31, 1.32)', async () => {
    const unknown = await post({ ...python, stream: false, model: 'nope' });
    expect([unknown.status, await unknown.json()]).toEqual([404, { error: expect.stringContaining('nope') }]);
    const busy = await post({ ...python, stream: false, model: 'anthropic/status-429@9' });
    expect([busy.status, await busy.json()]).toEqual([429, { error: expect.any(String) }]);
  });

  test('a client timeout closes the request to the provider (1.33)', async () => {
    const left = new AbortController();
    const pending = lab.served.post('/chat/completions', { ...python, model: 'openai/silent' }, { authorization }, left.signal);
    await expect.poll(() => lab.last()?.model).toBe('silent');
    left.abort();
    await expect(pending).rejects.toThrow();
    await expect.poll(() => lab.last()?.closedByClient).toBe(true);
  });

  test('gets requests without nulls as a provider, and its error message reaches the client (1.34)', async () => {
    const body = await sent({ model: 'predictionguard/chat' });
    expect(Object.values(body)).not.toContain(null);
    expect(body).not.toHaveProperty('parallel_tool_calls');
    expect(lab.last()).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: 'Bearer any-key-of-the-lab' } });
    const failed = await post({ ...python, model: 'predictionguard/status-400' });
    expect([failed.status, await failed.json()]).toEqual([
      400,
      { error: expect.stringContaining('Your request was malformed.') },
    ]);
  });
});
