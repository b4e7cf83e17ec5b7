import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../lib/config/schema.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type FeatureClient, featureClients, questions, toolName } from '../features/clients.ts';
import { check } from '../support/checker/check.ts';
import { plainAnswer } from '../support/http-bytes.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';
import { type Served, serve } from '../support/serve.ts';
import { listOf, objectOf, parsed } from '../support/truth/truth.ts';

/* A server of one's own for Empower's models: it cannot stream the answer to a request with tools, and refuses to try. */

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const call = (id: string, city: string) => ({
  id,
  type: 'function',
  function: { name: toolName, arguments: JSON.stringify({ city, unit: 'celsius' }) },
});
const message = { role: 'assistant', content: 'Let me see.', tool_calls: [call('call_a', 'Paris'), call('call_b', 'Rome')] };
const answer: JsonObject = {
  id: 'chatcmpl-whole',
  object: 'chat.completion',
  created: 1,
  model: 'empower-functions',
  choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
  usage: { prompt_tokens: 70, completion_tokens: 30, total_tokens: 100 },
};

type Behave = (socket: Socket) => void;
const says = (body: string | JsonObject, status = 200, contentType = 'application/json'): Behave => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (socket) => void socket.end(plainAnswer(status, contentType, text));
};

/** A gateway, and a server behind it that rejects streams with tools and returns whole answers with `whole`. */
async function local(whole: Behave, settings: ConfigInput['providers'] = {}): Promise<{ served: Served; asked: RawServer }> {
  const asked = await rawServer((socket, request) => {
    const body = objectOf(parsed(request.slice(request.indexOf('\r\n\r\n'))));
    if (body.stream === false) whole(socket);
    else if (listOf(body.tools).length > 0) says({ error: { message: 'stream is not supported with tools' } }, 400)(socket);
    else socket.end(Buffer.concat([head, ...wholeAnswer(chatStream, 'Hello')]));
  });
  const lab = { kind: 'openai-compatible', baseUrl: `${asked.url}v1`, streamsTools: false } as const;
  const served = await serve({ config: { retries: 0, providers: { lab, ...settings } } });
  open.push(asked, served);
  return { served, asked };
}

const head = Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n');

const toolClients = featureClients.filter(({ asks }) => asks.tools);

function ask(served: Served, client: FeatureClient, more: JsonObject = client.asks.tools ?? {}) {
  return served.post(client.path('lab/model'), { ...client.body('lab/model', questions.tools), ...more });
}

const shown = ({ showUsage }: FeatureClient) => (showUsage === undefined ? {} : { showUsage });

async function reading(client: FeatureClient, response: Response) {
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.status, bytes.toString()).toBe(200);
  return check(client.dialect, bytes, shown(client));
}

describe('a provider that can’t stream tools (3.23)', () => {
  test.each(toolClients)('gets a request for the whole answer, which reaches $name as a stream', async (client) => {
    const { served, asked } = await local(says(answer));
    const { violations, terminal, truth } = await reading(client, await ask(served, client));
    expect({ violations, terminal }).toEqual({ violations: [], terminal: 'finish' });
    expect(truth.text).toBe('Let me see.');
    expect(truth.tools).toMatchObject([
      { name: toolName, arguments: { city: 'Paris', unit: 'celsius' } },
      { name: toolName, arguments: { city: 'Rome', unit: 'celsius' } },
    ]);
    expect(truth.finish.reason).toBe('tool-call');
    expect(truth.usage).toMatchObject({ output: 30 });
    const sent = objectOf(parsed(asked.received[0]?.split('\r\n\r\n')[1] ?? ''));
    expect(sent).toMatchObject({ stream: false, tools: [{ type: 'function' }] });
    expect(sent).not.toHaveProperty('stream_options');
    expect(asked.received[0]).toMatch(/^accept: application\/json\r$/im);
  });

  test.each(toolClients)('gets everything else as a stream, for $name', async (client) => {
    const { served, asked } = await local(says(answer));
    const { violations, truth } = await reading(client, await ask(served, client, {}));
    expect({ violations, text: truth.text }).toEqual({ violations: [], text: 'Hello' });
    expect(asked.received[0]).toContain('"stream":true');
  });

  test('gets the same for legacy functions, and the answer has their form', async () => {
    const { served, asked } = await local(
      says({
        ...answer,
        choices: [
          {
            index: 0,
            message: { content: null, function_call: { name: toolName, arguments: '{}' } },
            finish_reason: 'function_call',
          },
        ],
      }),
    );
    const [chat] = toolClients;
    if (!chat) throw new Error('nobody asks for tools');
    const functions = [{ name: toolName, parameters: { type: 'object' } }];
    const response = await ask(served, chat, { functions });
    const text = await response.text();
    expect(text).toContain('"function_call":{"name":"get_weather"');
    expect(asked.received[0]).toContain('"stream":false');
  });

  const half = JSON.stringify(answer).slice(0, 200);
  test.each<[string, Behave, string]>([
    ['a refusal', says({ error: { message: 'no such tool', type: 'invalid_request_error' } }, 400), 'invalid_request'],
    ['an error of its own', says({ error: { message: 'out of memory' } }, 500), 'upstream_error'],
    ['an error where an answer should be', says({ error: { message: 'out of memory', code: 500 } }), 'upstream_error'],
    ['JSON that is cut', says(half), 'upstream_protocol_error'],
    [
      'a connection that is cut',
      (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n${half}`),
      'upstream_cut',
    ],
    ['a web page', says('<html></html>', 200, 'text/html'), 'upstream_protocol_error'],
    ['an answer of nothing', says({}), 'upstream_missing_finish'],
    ['an answer without a reason', says({ ...answer, choices: [{ index: 0, message }] }), 'upstream_missing_finish'],
  ])('fails like any other provider: %s', async (_what, behave, outcome) => {
    for (const client of toolClients) {
      const { served } = await local(behave);
      const response = await ask(served, client);
      const bytes = Buffer.from(await response.arrayBuffer());
      const [line] = await served.logged(response);
      expect(line?.outcome, client.name).toBe(outcome);
      if (response.status !== 200) expect([400, 424, 500, 502]).toContain(response.status);
      // Prediction Guard's errors are text in a chunk, which is not OpenAI's form.
      else if (client.showUsage !== 'finish chunk')
        expect(check(client.dialect, bytes, { ...shown(client), expectError: true }).violations).toEqual([]);
    }
  });
});
