import { afterAll, describe, expect, test } from 'vitest';
import type { Provider, UpstreamApi } from '../../lib/providers/provider.ts';
import { isObject, type Json } from '../../lib/stream/json.ts';
import { covered, extent } from '../support/extent.ts';
import { chunkOf, endOfChunks, streamHead } from '../support/http-bytes.ts';
import { pairs } from '../support/pairs.ts';
import { wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { randomFrom } from '../support/random.ts';
import { provided } from './provided.ts';

/** Members with a meaning in JavaScript, and the values that a hostile client or provider would send. */
const names = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'toJSON', 'length'];
const values = ['{"polluted":1}', '{"prototype":{"polluted":1}}', '{"__proto__":{"polluted":1}}', '[]', 'null', '"x"', '1e999'];

const rounds = extent({ full: 400, reduced: 40 });
let tried = 0;
afterAll(() => covered(`${tried} requests and answers with members such as __proto__`));

/** The JSON with one such member put into an object of it, and sometimes into more. */
function poisoned(json: string, random: () => number): string {
  const pick = <Item>(from: readonly Item[]) => from[Math.floor(random() * from.length)] as Item;
  const places = [...json.matchAll(/\{/g)].map(({ index }) => index);
  const chosen = new Set([pick(places), ...(random() < 0.3 ? [pick(places)] : [])]);
  return [...json]
    .map((character, at) => {
      if (!chosen.has(at)) return character;
      return json[at + 1] === '}' ? `{"${pick(names)}":${pick(values)}` : `{"${pick(names)}":${pick(values)},`;
    })
    .join('');
}

/** Are all objects in here plain ones, with an unchanged prototype? */
function isPlain(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (!isObject(value)) return true;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

/** The provider, but what is built for it has to be plain. */
function watched(provider: Provider): Provider {
  const watch = (api: UpstreamApi): UpstreamApi => ({
    open: (call) => api.open(call),
    dialect: {
      ...api.dialect,
      build(request, model) {
        const built = api.dialect.build(request, model);
        expect(isPlain(built.body)).toBe(true);
        return built;
      },
    },
  });
  return {
    name: provider.name,
    apiFor: async (dialect, model) => watch(await provider.apiFor(dialect, model)),
  };
}

describe('members with a meaning in JavaScript', () => {
  for (const { providerStream, client } of pairs()) {
    test(`in a request: ${client.dialect} to ${providerStream.name}`, async () => {
      const random = randomFrom(`request ${client.dialect} ${providerStream.name}`);
      const { stack, provider } = await provided(providerStream, {}, { wrap: watched });
      for (let round = 0; round < rounds; round++) {
        const { path, body } = client.ask('steady', true);
        const tools = 'tools' in body || client.dialect !== 'openai-chat' ? {} : { tools: [tool] };
        const sent = poisoned(JSON.stringify({ ...body, ...tools }), random);
        const answer = await stack.send(path, sent);
        await answer.arrayBuffer();
        expect([200, 400, 404], sent).toContain(answer.status);
        expect(Object.keys(Object.prototype)).toEqual([]);
        await expect.poll(() => stack.log.length, { interval: 2 }).toBe(round + 1);
        tried++;
      }
      await provider.close();
    });

    test.skipIf(providerStream.wire !== 'sse')(`in an answer: ${providerStream.name} to ${client.dialect}`, async () => {
      const random = randomFrom(`answer ${client.dialect} ${providerStream.name}`);
      const { stack, provider } = await provided(providerStream, {}, {}, (socket) => {
        const lines = Buffer.concat(wholeAnswer(providerStream, 'one', 'two'))
          .toString()
          .split('\n');
        const spoiled = lines.map((line) => (/^data: \{/.test(line) && random() < 0.5 ? poisoned(line, random) : line));
        socket.end(Buffer.concat([streamHead(providerStream), chunkOf(Buffer.from(spoiled.join('\n'))), endOfChunks]));
      });
      for (let round = 0; round < rounds; round++) {
        const { path, body } = client.ask('steady', round % 2 === 0);
        const answer = await stack.post(path, body);
        await answer.arrayBuffer();
        await expect.poll(() => stack.log.length, { interval: 2 }).toBe(round + 1);
        expect(JSON.parse(stack.log.at(-1) ?? '').outcome).not.toBe('gateway_error');
        expect(Object.keys(Object.prototype)).toEqual([]);
        tried++;
      }
      await provider.close();
    });
  }
});

test('a member called __proto__ in many deltas changes no other object', async () => {
  const [providerStream, client] = [
    pairs().find(({ providerStream }) => providerStream.name === 'chat')?.providerStream,
    pairs().find(({ client }) => client.dialect === 'openai-chat')?.client,
  ];
  if (!providerStream || !client) throw new Error('There is no pair of chat and chat.');
  const { stack, provider } = await provided(providerStream, {}, {}, (socket) => {
    const text = Buffer.concat(wholeAnswer(providerStream, 'one', 'two')).toString();
    const members = ['{"id":"a"}', '{"__proto__":{"polluted":1}}'];
    const spoiled = text.replaceAll(
      '"delta":{"',
      () => `"delta":{"audio":${members.length > 1 ? members.shift() : members[0]},"`,
    );
    socket.end(Buffer.concat([streamHead(providerStream), chunkOf(Buffer.from(spoiled)), endOfChunks]));
  });
  const { path, body } = client.ask('steady', false);
  const answer = await stack.post(path, body);
  expect(await answer.json()).toHaveProperty('choices');
  expect(Object.keys(Object.prototype)).toEqual([]);
  await provider.close();
});

const tool = {
  type: 'function',
  function: { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] } },
};
