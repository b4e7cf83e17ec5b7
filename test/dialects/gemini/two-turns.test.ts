import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../lib/dialects/anthropic-messages/client.ts';
import type { ClientDialect } from '../../../lib/dialects/dialect.ts';
import { geminiUpstream } from '../../../lib/dialects/gemini/upstream.ts';
import { openaiChat } from '../../../lib/dialects/openai-chat/client.ts';
import { isObject, type Json, type JsonObject } from '../../../lib/stream/json.ts';
import { buildFor } from '../../support/build-for.ts';
import { decoded, frame, framesOf, parts, stop } from './wire.ts';

const model = 'gemini-3-flash-preview';
const first = 'Zmlyc3Q+/w==';
const second = 'c2Vjb25k';

const gatewayRequest = { role: 'user', content: 'What is the weather in Bonn and Köln?' };

/** How a client of each dialect continues: the whole answer unchanged, then the results of its calls. */
const clients: { name: string; dialect: ClientDialect; goOn: (answer: JsonObject) => JsonObject[] }[] = [
  {
    name: 'openai-chat',
    dialect: openaiChat,
    goOn: ({ choices }) => {
      const message = members(choices)[0]?.message;
      const calls = isObject(message) ? members(message.tool_calls) : [];
      return [message, ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'Rain.' }))].filter(isObject);
    },
  },
  {
    name: 'anthropic-messages',
    dialect: anthropicMessages,
    goOn: ({ content }) => {
      const calls = members(content).filter(({ type }) => type === 'tool_use');
      const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id ?? '', content: 'Rain.' }));
      return [{ role: 'assistant', content }, ...(results.length > 0 ? [{ role: 'user', content: results }] : [])];
    },
  },
];

function members(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The model's turn of the second request, after an answer of these chunks. */
async function returned({ dialect, goOn }: (typeof clients)[number], ...chunks: JsonObject[]) {
  const ask = (messages: Json[]) => dialect.parse({ model, max_tokens: 100, messages });
  const request = ask([gatewayRequest]);
  const collector = dialect.collector({ request, requestId: 'r', id: 'ours', model, created: 0 });
  for (const event of await decoded(framesOf(...chunks.map(frame), frame(stop())))) collector.write(event);
  const { body } = buildFor(geminiUpstream(), ask([gatewayRequest, ...goOn(collector.body())]), model);
  return members(body.contents)[1]?.parts;
}

describe.each(clients)('over two turns, a client of $name returns', (client) => {
  test('the signature of a call, on that call and no other', async () => {
    const weather = (city: string, id: string) => ({ functionCall: { id, name: 'weather', args: { city } } });
    const calls = [{ ...weather('Bonn', 'a'), thoughtSignature: first }, weather('Köln', 'b')];
    expect(await returned(client, parts(...calls))).toEqual(calls);
  });

  test('the signature of a call after thoughts and text', async () => {
    const call = { functionCall: { id: 'a', name: 'now', args: {} }, thoughtSignature: first };
    const text = { text: 'Let me see.' };
    // Whether the unsigned thought comes too is the client's way of keeping it.
    const given = await returned(client, parts({ text: 'Hm.', thought: true }), parts(text), parts(call));
    expect(members(given).slice(-2)).toEqual([text, call]);
  });

  test('the signature of a text', async () => {
    const [thought, text] = [
      { text: 'Hm.', thought: true },
      { text: 'Rain.', thoughtSignature: second },
    ];
    expect(await returned(client, parts(thought), parts(text))).toEqual([thought, text]);
  });

  test('the names of calls without an id from Google, and one id for each', async () => {
    const called = await returned(client, parts({ functionCall: { name: 'now' } }, { functionCall: { name: 'here' } }));
    const ids = members(called).map(({ functionCall }) => (isObject(functionCall) ? functionCall.id : undefined));
    expect(called).toMatchObject([{ functionCall: { name: 'now' } }, { functionCall: { name: 'here' } }]);
    expect(new Set(ids).size).toBe(2);
  });
});

test('leaves out a signature at the end of a text, because Messages would show it as an empty thinking block', async () => {
  const [, anthropic] = clients;
  if (!anthropic) throw new Error('no client');
  const closing = { text: '', thoughtSignature: second };
  expect(await returned(anthropic, parts({ text: 'Rain.' }), parts(closing))).toEqual([{ text: 'Rain.' }]);
});
