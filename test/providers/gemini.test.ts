import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isObject, type JsonObject } from '../../lib/stream/json.ts';
import { type Served, serve } from '../support/serve.ts';

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const gatewayRequest = { role: 'user', content: 'What is the weather in Paris and New York?' };

interface Client {
  readonly name: string;
  readonly path: string;
  readonly tools: JsonObject[];
  /** The turns with which an app continues after this answer: the answer, and the results of its calls. */
  readonly goOn: (answer: JsonObject) => JsonObject[];
  readonly said: (answer: JsonObject) => unknown;
}

const messageIn = ({ choices }: JsonObject): JsonObject => {
  const [choice] = Array.isArray(choices) ? choices : [];
  return isObject(choice) && isObject(choice.message) ? choice.message : {};
};
const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

const chat: Client = {
  name: 'chat completions',
  path: '/v1/chat/completions',
  tools: [{ type: 'function', function: { name: 'weather', description: 'The weather in a city', parameters: schema } }],
  goOn: (answer) => {
    const message = messageIn(answer);
    const calls = objects(message.tool_calls);
    return [message, ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: '12 degrees' }))];
  },
  said: (answer) => messageIn(answer).content,
};

const messages: Client = {
  name: 'messages',
  path: '/v1/messages',
  tools: [{ name: 'weather', description: 'The weather in a city', input_schema: schema }],
  goOn: ({ content }) => {
    const calls = objects(content).filter(({ type }) => type === 'tool_use');
    const results = calls.map(({ id = '' }) => ({ type: 'tool_result', tool_use_id: id, content: '12 degrees' }));
    return [
      { role: 'assistant', content: objects(content) },
      { role: 'user', content: results },
    ];
  },
  said: ({ content }) => objects(content).find(({ type }) => type === 'text')?.text,
};

async function ask({ path }: Client, model: string, more: object = {}): Promise<{ status: number; body: JsonObject }> {
  const answer = await served.post(path, {
    model: `demo/gemini/${model}`,
    max_tokens: 2000,
    messages: [gatewayRequest],
    ...more,
  });
  return { status: answer.status, body: (await answer.json()) as JsonObject };
}

describe.each([chat, messages])('an app for $name with the embedded Gemini as its provider', (client) => {
  test('continues after signed calls, whether it keeps signatures or not', async () => {
    const first = await ask(client, 'chat', { tools: client.tools });
    const turns = client.goOn(first.body);
    const kept = await ask(client, 'chat', { tools: client.tools, messages: [gatewayRequest, ...turns] });
    expect(client.said(kept.body)).toContain('12 degrees');
    expect(JSON.stringify(served.emulator.log.at(-1)?.body)).not.toContain('skip_thought_signature_validator');

    const forgetful = turns.map(({ reasoning_details: _details, content, ...turn }) => ({
      ...turn,
      content: Array.isArray(content) ? objects(content).filter(({ type }) => type !== 'thinking') : (content ?? null),
    }));
    const lost = await ask(client, 'chat', { tools: client.tools, messages: [gatewayRequest, ...forgetful] });
    expect(client.said(lost.body)).toContain('12 degrees');
    expect(JSON.stringify(served.emulator.log.at(-1)?.body)).toContain('skip_thought_signature_validator');
  });

  test('receives every fault as an error', async () => {
    expect((await ask(client, 'status-400')).status).toBe(400);
    expect((await ask(client, 'status-401')).status).toBe(502);
    expect((await ask(client, 'status-429')).status).toBe(429);
    for (const model of ['status-503', 'cut', 'eof', 'error', 'garbage', 'empty', 'html']) {
      expect([model, (await ask(client, model)).status]).toEqual([model, expect.toSatisfy((status: number) => status >= 500)]);
    }
  });

  test('receives thoughts, and text cut anywhere', async () => {
    const { body } = await ask(client, 'reasoning');
    expect(JSON.stringify(body)).toContain('The user writes about');
    const echoed = await ask(client, 'echo', { messages: [{ role: 'user', content: 'Hä? 🙂 [DONE]' }] });
    expect(client.said(echoed.body)).toBe('Hä? 🙂 [DONE]');
    expect((await ask(client, 'no-done')).status).toBe(200);
  });
});
