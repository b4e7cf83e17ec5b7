import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hono } from 'hono';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anthropicApp } from '../../functions/anthropic/app.ts';
import { bedrockApp } from '../../functions/bedrock/app.ts';
import { openaiApp } from '../../functions/openai/app.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { requestSchema as messagesSchema } from '../../lib/dialects/anthropic-messages/schema.ts';
import { requestSchema as converseSchema } from '../../lib/dialects/bedrock-converse/schema.ts';
import { chatSchema } from '../../lib/dialects/openai-chat/schema.ts';
import { completionSchema } from '../../lib/dialects/openai-completions/schema.ts';
import { responsesSchema } from '../../lib/dialects/openai-responses/schema.ts';
import { openapiDocument } from '../../lib/openapi/document.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { isObject, type Json, type JsonObject, withoutNulls } from '../../lib/stream/json.ts';
import { featureClients } from '../features/clients.ts';
import { callers } from '../parameters/callers.ts';
import { type Served, serve } from '../support/serve.ts';
import { mutationsOf } from './mutations.ts';
import { faultsBy } from './validator.ts';

const document = openapiDocument(['openai', 'anthropic', 'bedrock']);

/** Each client dialect, the component of its bodies, and the schema that validates them, if it has one. */
const dialects: Readonly<Record<string, { component: string; schema?: v.GenericSchema }>> = {
  'openai-chat': { component: 'ChatCompletionRequest', schema: chatSchema },
  'openai-completions': { component: 'CompletionRequest', schema: completionSchema },
  'openai-responses': { component: 'ResponseRequest', schema: responsesSchema },
  'anthropic-messages': { component: 'MessageRequest', schema: messagesSchema },
  'anthropic-complete': { component: 'TextCompletionRequest' },
  'bedrock-converse': { component: 'ConverseRequest', schema: converseSchema },
};

/** Bodies that are accepted: each parameter and each feature in the words of each dialect. */
const bodies = callers.map(({ name, dialect, bare, says }) => ({
  name,
  dialect,
  bodies: [
    bare,
    ...Object.values(says).map((userTurn) => ({ ...bare, ...userTurn })),
    ...featureClients
      .filter((client) => client.dialect === dialect.name)
      .flatMap(({ body, asks }) => Object.values(asks).map((asked) => ({ ...body('m', 'Hi'), ...asked })))
      .map((body) => (dialect.name === 'bedrock-converse' ? { model: 'm', stream: true, ...body } : body)),
  ],
}));

describe.each(bodies)('bodies of $name', ({ dialect, bodies }) => {
  const { component = '', schema } = dialects[dialect.name] ?? {};
  const faults = faultsBy(document, component);

  test('are valid by the document if they are accepted', () => {
    expect(bodies.length).toBeGreaterThan(5);
    for (const body of bodies) {
      expect(() => dialect.parse(body), JSON.stringify(body)).not.toThrow();
      expect(faults(body), JSON.stringify(body)).toEqual([]);
    }
  });

  test('are valid by the document with one changed value exactly if the shape is right', () => {
    let refused = 0;
    for (const body of bodies) {
      for (const { what, body: mutation } of mutationsOf(body)) {
        // Converse has these in its path, so the document has them in no body.
        if (component === 'ConverseRequest' && /^(model|stream)/.test(what)) continue;
        const right = schema ? v.is(schema, withoutNulls(mutation)) : isParsed(mutation);
        expect([what, faults(mutation).length === 0]).toEqual([what, right]);
        if (!right) refused++;
      }
    }
    expect(refused).toBeGreaterThan(30);
  });

  test('are valid by the document with unknown members if they are accepted', () => {
    const [body = {}] = bodies;
    const more = { ...body, a_field_of_tomorrow: { any: ['thing'] } };
    expect(() => dialect.parse(more)).not.toThrow();
    expect(faults(more)).toEqual([]);
  });

  /** A dialect that has no schema refuses by its parser; an empty prompt is a matter of its content. */
  function isParsed(body: JsonObject): boolean {
    try {
      dialect.parse(body);
      return true;
    } catch (thrown) {
      return thrown instanceof SluiceError && /must not be empty/.test(thrown.message);
    }
  }
});

describe('the document', () => {
  const sluice = createSluice({ config: checkConfig({}, 'c'), file: 'c', providers: new Map(), keys: [], log: () => {} });
  const operations = Object.entries(document.paths as Record<string, JsonObject>).flatMap(([path, item]) =>
    ['get', 'post'].flatMap((method) => (isObject(item[method]) ? [{ path, method, operation: item[method] }] : [])),
  );

  test('has no dangling references', () => {
    const schemas = (document.components as JsonObject).schemas as JsonObject;
    const referred = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(new Set(referred)).toEqual(new Set(Object.keys(schemas)));
    expect(JSON.stringify(document)).not.toContain('#/$defs');
  });

  test('names each operation once, with its authentication', () => {
    const ids = operations.map(({ operation }) => operation.operationId).filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    const schemes = Object.keys((document.components as JsonObject).securitySchemes as JsonObject);
    for (const { operation } of operations) {
      for (const scheme of operation.security as JsonObject[]) expect(schemes).toContain(Object.keys(scheme)[0]);
    }
  });

  test.each([
    ['openai', openaiApp(sluice)],
    ['anthropic', anthropicApp(sluice)],
    ['bedrock', bedrockApp(sluice)],
  ] as const)('has exactly the routes of the function for %s', (name, app) => {
    const own = openapiDocument([name]);
    const documentedOperations = Object.entries(own.paths as Record<string, JsonObject>).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => method !== 'parameters')
        .map((method) => `${method} ${canonical(path)}`),
    );
    const served = (app as unknown as Hono).routes
      .filter(({ path, method }) => path !== '/' && method !== 'ALL')
      .map(({ path, method }) => `${method.toLowerCase()} ${path.replace(/:(\w+)(\{\.\+\})?/g, '{$1}')}`);
    expect(documentedOperations.toSorted()).toEqual([...new Set(served)].toSorted());
  });

  test.each([
    ['openai', openaiApp(sluice), '/v1/openapi.json'],
    ['anthropic', anthropicApp(sluice), '/openapi.json'],
    ['bedrock', bedrockApp(sluice), '/openapi.json'],
  ] as const)('is served by the function for %s, without a key', async (name, app, path) => {
    const answer = await app.fetch(new Request(`http://127.0.0.1${path}`));
    expect([answer.status, await answer.json()]).toEqual([200, JSON.parse(JSON.stringify(openapiDocument([name])))]);
  });

  test('is loaded only on the first request for it', () => {
    const importing = ['lib', 'functions'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.startsWith('openapi'))
        .filter((name) => /^import (?!type)[^;]*(openapi\/|to-json-schema)/m.test(readFileSync(join(folder, name), 'utf8'))),
    );
    expect(importing).toEqual([]);
  });
});

function canonical(path: string): string {
  return path.startsWith('/v1/') ? path : `/v1${path}`;
}

describe('the real responses', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ keys: ['a-key-of-the-tests'] });
  });
  afterAll(() => served.close());
  const authorized = { authorization: 'Bearer a-key-of-the-tests' };

  test('/openapi.json is served without a key by all functions together', async () => {
    const answer = await fetch(`${served.url}/openapi.json`);
    expect([answer.status, await answer.json()]).toEqual([200, JSON.parse(JSON.stringify(document))]);
    expect((await fetch(`${served.url}/openapi.json`, { method: 'POST' })).status).toBe(405);
  });

  const userTurn = { role: 'user', content: 'Hi' };
  const wanted: [path: string, body: JsonObject, answer: string, event: string | undefined, error: string][] = [
    ['/v1/chat/completions', { messages: [userTurn] }, 'ChatCompletion', 'ChatCompletionChunk', 'OpenaiError'],
    ['/v1/responses', { input: 'Hi' }, 'Response', 'ResponseEvent', 'OpenaiError'],
    ['/v1/messages', { max_tokens: 50, messages: [userTurn] }, 'Message', 'MessageEvent', 'AnthropicError'],
    ['/v1/complete', { prompt: '\n\nHuman: Hi\n\nAssistant:' }, 'TextCompletion', 'TextCompletionEvent', 'AnthropicError'],
    ['/chat/completions', { messages: [userTurn] }, 'ChatCompletion', undefined, 'PredictionGuardError'],
    [
      '/model/demo%2Fbedrock%2Fchat/converse',
      { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
      'ConverseAnswer',
      undefined,
      'BedrockError',
    ],
  ];
  test.each(wanted)('%s: match the document, whole, streamed and rejected', async (path, body, answer, event, error) => {
    const post = (more: JsonObject) => served.post(path, { model: 'demo/openai/chat', ...body, ...more }, authorized);
    const whole = await post({});
    expect(whole.status).toBe(200);
    expect(faultsBy(document, answer)(await whole.json())).toEqual([]);

    const [first = ''] = Object.keys(body).slice(-1);
    const refused = await post({ [first]: 7 });
    expect(refused.status).toBe(400);
    expect(faultsBy(document, error)(await refused.json())).toEqual([]);

    if (event === undefined) return;
    const streamed = await post({ stream: true });
    expect(streamed.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const faults = faultsBy(document, event);
    const events = [...(await streamed.text()).matchAll(/^data: (.*)$/gm)]
      .map(([, data = '']) => data)
      .filter((data) => data !== '[DONE]');
    expect(events.length).toBeGreaterThan(2);
    for (const data of events) expect([data, faults(JSON.parse(data) as Json)]).toEqual([data, []]);
  });

  test('models, key check, health', async () => {
    const get = async (path: string) => (await fetch(served.url + path, { headers: authorized })).json();
    expect(faultsBy(document, 'ModelList')(await get('/v1/models'))).toEqual([]);
    expect(faultsBy(document, 'Model')(await get('/v1/models/demo/openai/chat'))).toEqual([]);
    expect(faultsBy(document, 'Status')(await get('/v1/completions'))).toEqual([]);
  });
});
