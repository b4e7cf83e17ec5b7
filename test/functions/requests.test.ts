import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type Served, serve } from '../support/serve.ts';
import { chat, complete, messages, providers, type Surface, surfaces } from './dialects.ts';
import { openAnswer } from './read-answer.ts';

let served: Served;
beforeAll(async () => {
  served = await serve({ config: { models: { 'house-model': 'demo/openai/chat' }, bodyLimit: '64kb' } });
});
afterAll(() => served.close());

const canary = 'CANARY of the prompt';
const without = (surface: Surface, ...names: string[]) =>
  Object.fromEntries(Object.entries(surface.body('demo/openai/chat', canary)).filter(([name]) => !names.includes(name)));

type Bad = [what: string, body: (surface: Surface) => unknown, status: number, told: RegExp];

/** Bodies with messages that can't be served, and the error that the client gets. */
const badMessages: Bad[] = [
  ['no messages', (surface) => without(surface, 'messages'), 400, /`messages` is required/],
  ['messages that are a number', (surface) => ({ ...surface.body('demo/openai/chat'), messages: 5 }), 400, /`messages` .*5/],
  [
    'a role that is none',
    (surface) => ({ ...surface.body('demo/openai/chat'), messages: [{ role: 'narrator', content: canary }] }),
    400,
    /`messages\[0\]\.role` .*"narrator"/,
  ],
  [
    'content that is a number',
    (surface) => ({ ...surface.body('demo/openai/chat'), messages: [{ role: 'user', content: 7 }] }),
    400,
    /`messages\[0\]\.content` .*7/,
  ],
];

/** Bodies that cannot be served on any surface. */
const bad: Bad[] = [
  [
    'JSON that breaks off',
    () => `{"model":"demo/openai/chat","messages":[{"role":"user","content":"${canary}"}`,
    400,
    /is not valid JSON/,
  ],
  ['text that is no JSON', () => canary, 400, /is not valid JSON/],
  ['no body', () => '', 400, /has no body/],
  ['an array', () => [{ model: 'x' }], 400, /not a JSON object/],
  ['a body nested a thousand deep', () => `{"model":${'['.repeat(1000)}`, 400, /nested more than/],
  ['an empty object', () => ({}), 400, /`model` is required/],
  ['no model', (surface) => without(surface, 'model'), 400, /`model` is required/],
  ['a model that is a number', (surface) => ({ ...surface.body('', canary), model: 5 }), 400, /`model` .*5/],
  [
    'stream that is a word',
    (surface) => ({ ...surface.body('demo/openai/chat', canary), stream: 'yes' }),
    400,
    /`stream` .*"yes"/,
  ],
  [
    'a temperature that is a word',
    (surface) => ({ ...surface.body('demo/openai/chat', canary), temperature: 'hot' }),
    400,
    /`temperature` .*"hot"/,
  ],
  [
    'a temperature out of range',
    (surface) => ({ ...surface.body('demo/openai/chat', canary), temperature: 2.1 }),
    400,
    /`temperature` .*2\.1/,
  ],
  [
    'a body over the limit',
    (surface) => surface.body('demo/openai/chat', canary.repeat(4000)),
    413,
    /limit of this gateway \(`bodyLimit`, 65536 bytes\)/,
  ],
  [
    'a model that nobody knows',
    (surface) => surface.body('house-modal', canary),
    404,
    /`house-modal` is configured. Did you mean `house-model`\?/,
  ],
  [
    'a model without its provider',
    (surface) => surface.body('reasonin', canary),
    404,
    /Did you mean `demo\/openai\/reasoning` or/,
  ],
];

/** Anthropic's text completions say these in words of their own, which their own test has. */
describe.each(surfaces.filter((surface) => surface !== complete))('on $name (X16, X17)', (surface) => {
  test.each('messages' in surface.body('') ? [...bad, ...badMessages] : bad)(
    '%s is reported in the dialect of the route',
    async (_what, body, status, told) => {
      const sent = body(surface);
      const answer = await served.post(surface.path, typeof sent === 'string' ? sent : JSON.stringify(sent));
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toContain('application/json');
      expect(surface.told(await answer.json()).message).toMatch(told);
      const logged = await served.logged(answer);
      expect(logged).toMatchObject([
        { status, route: expect.stringContaining('/v1/'), dialect: surface.dialect, fault_source: 'client' },
      ]);
      expect(JSON.stringify(logged)).not.toContain('CANARY');
    },
  );

  test('everything else still works after them', async () => {
    expect((await served.post(surface.path, surface.body('house-model'))).status).toBe(200);
  });
});

describe('the invalid field', () => {
  test('is in `param` for OpenAI’s clients', async () => {
    const answer = await served.post(chat.path, { ...chat.body('house-model'), messages: [{ role: 'user', content: 7 }] });
    expect((await answer.json()).error).toMatchObject({
      type: 'invalid_request_error',
      param: 'messages[0].content',
      code: 'invalid_request',
    });
    expect(await served.logged(answer)).toMatchObject([{ outcome: 'invalid_request', param: 'messages[0].content' }]);
  });

  test('is in the message for Anthropic’s', async () => {
    const answer = await served.post(messages.path, { ...messages.body('house-model'), max_tokens: 'many' });
    expect(await answer.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining('`max_tokens`') },
    });
  });
});

describe('an unknown route', () => {
  const asked: [method: string, path: string, headers: Record<string, string>, status: number, told: object][] = [
    ['GET', '/v1/nowhere', {}, 404, { error: { code: 'route_not_found', message: expect.stringContaining('GET /v1/nowhere') } }],
    ['POST', '/nowhere', {}, 404, { error: expect.stringContaining('No route for POST /') }],
    ['POST', '/v1/messages/nowhere', {}, 404, { type: 'error', error: { type: 'not_found_error' } }],
    ['GET', '/v1/nowhere', { 'anthropic-version': '2023-06-01' }, 404, { type: 'error', error: { type: 'not_found_error' } }],
    [
      'GET',
      '/v1/chat/completions',
      {},
      405,
      { error: { code: 'method_not_allowed', message: expect.stringContaining('takes POST, not GET') } },
    ],
    ['DELETE', '/v1/models', {}, 405, { error: { code: 'method_not_allowed', message: expect.stringContaining('takes GET') } }],
    ['GET', '/v1/messages', {}, 405, { type: 'error', error: { type: 'invalid_request_error' } }],
  ];
  test.each(asked)('%s %s %j is a %i in the client’s dialect', async (method, path, headers, status, told) => {
    const answer = await fetch(served.url + path, { method, headers });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject(told);
    expect(await served.logged(answer)).toMatchObject([{ status }]);
  });
});

describe('health checks', () => {
  test.each(['/', '/v1', '/v1/', '/health', '/v1/health'])('GET %s needs no key and returns only the name', async (path) => {
    const locked = await serve({ keys: ['a-key-of-nobody'] });
    const answer = await fetch(locked.url + path);
    expect([answer.status, await answer.json()]).toEqual([200, { name: 'sluice', status: 'ok' }]);
    await locked.close();
  });

  test('HEAD / returns a response that ends', async () => {
    const answer = await fetch(served.url, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
});

describe('a base URL joins (X18)', () => {
  const chatPaths = [
    '/v1/chat/completions',
    '/v1/chat/completions/',
    '//chat/completions',
    '/v1//chat/completions',
    '/v1/v1/chat/completions',
    '/api/v1/chat/completions',
    '/chat/completions',
    '/v1/chat/completions?beta=true',
  ];
  const messagesPaths = ['/v1/messages', '/v1/v1/messages', '//v1/messages', '/messages', '/v1/messages?beta=true'];
  test.each(chatPaths)('%s', async (path) => {
    const answer = await served.post(path, { ...chat.body('house-model'), stream: false });
    expect((await answer.json()).choices[0].finish_reason).toBe('stop');
  });
  test.each(messagesPaths)('%s', async (path) => {
    const answer = await served.post(path, { ...messages.body('house-model'), stream: false });
    expect((await answer.json()).stop_reason).toBe('end_turn');
  });
});

describe('client quirks', () => {
  test('accepts a body without a content type (X13)', async () => {
    const hearing = await openAnswer(served.url + chat.path, chat.body('house-model'));
    expect(hearing.status).toBe(200);
    expect(await hearing.whole).toContain('[DONE]');
  });

  /** As Prediction Guard's Python client sends it, every parameter it knows included. */
  const predictionGuardBody = (model: string): JsonObject => ({
    model,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Yes?' },
      { role: 'user', content: 'Go on' },
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
  });
  const sent = () => served.emulator.log.at(-1)?.body as JsonObject;

  test.each(providers)('treats null as absent and sends none to %s (X14)', async (provider) => {
    const answer = await served.post('/chat/completions', predictionGuardBody(`${provider}/chat`));
    expect(answer.status).toBe(200);
    await answer.text();
    expect(JSON.stringify(sent())).not.toContain('null');
  });

  test('sends temperature and top_p to Claude as temperature alone (X21)', async () => {
    for (const provider of ['demo/bedrock', 'demo/anthropic']) {
      const answer = await served.post('/chat/completions', predictionGuardBody(`${provider}/anthropic.claude-sonnet-4-5`));
      await answer.text();
      expect(answer.headers.get('x-sluice-dropped')).toContain('top_p');
      expect(JSON.stringify(sent())).toContain('"temperature":0.1');
      expect(JSON.stringify(sent())).not.toMatch(/top_?p/i);
    }
  });

  test('sends a temperature of 0, and keeps the order and roles of the conversation', async () => {
    await (await served.post(chat.path, { ...predictionGuardBody('demo/bedrock/chat'), temperature: 0 })).text();
    expect(sent()).toMatchObject({
      system: [{ text: 'Be brief.' }],
      messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user', content: [{ text: 'Go on' }] }],
      inferenceConfig: { temperature: 0, maxTokens: 500 },
    });
  });

  test('accepts and lists unknown members', async () => {
    const answer = await served.post(
      chat.path,
      chat.body('demo/anthropic/chat', 'Hello', { include_thinking: true, brand_new: 1 }),
    );
    await answer.text();
    expect(answer.headers.get('x-sluice-dropped')?.split(', ').toSorted()).toEqual(['brand_new', 'include_thinking']);
  });

  test('rejects an unsupported parameter that changes the answer with a 400 that names it', async () => {
    const answer = await served.post(chat.path, chat.body('demo/anthropic/chat', 'Hello', { n: 2 }));
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toMatchObject({ code: 'unsupported_parameter', param: 'n' });
  });
});
