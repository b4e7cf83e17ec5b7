import { afterEach, describe, expect, test } from 'vitest';
import { fixedKey } from '../../lib/providers/key-source.ts';
import { makeProvider } from '../../lib/providers/make-provider.ts';
import { providerPresets } from '../../lib/providers/presets.ts';
import type { ProviderKind } from '../../lib/providers/provider-kinds.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { flattened } from '../support/batches.ts';
import { plainRequest } from '../support/plain-dialect.ts';
import { wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { responsesStream } from '../support/provider-streams/responses.ts';
import { chunk, head, lastChunk, type RawServer, rawServer } from '../support/raw-server.ts';

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Asks the ready record of this name for a model, of a server that answers with these bytes. */
async function ask(name: ProviderKind, model: string, answer: string, basePath = '') {
  server = await rawServer((socket) => {
    socket.end(head(200, 'text/event-stream') + chunk(answer) + lastChunk);
  });
  const record = providerPresets[name];
  const provider = makeProvider({
    name,
    kind: name,
    baseUrl: new URL(basePath, server.url).href,
    ...(record?.quirks && { quirks: record.quirks }),
    key: fixedKey('the-key'),
  });
  const request = { ...plainRequest({}), parameters: { maxOutputTokens: 5, toolChoice: { type: 'required' as const } } };
  const tools = [{ type: 'function' as const, name: 'f', schema: {}, field: 'tools[0]' }];
  const api = await provider.apiFor('', model);
  const { body } = api.dialect.build({ ...request, parameters: { ...request.parameters, tools } }, model);
  const signal = AbortSignal.timeout(5000);
  const frames = await api.open({ model, body, signal, onConnected: () => {} });
  const events: StreamEvent[] = [];
  const decoded = api.dialect.decode(frames, { id: 'x', model, passthrough: false });
  for await (const event of flattened(decoded)) events.push(event);
  const [line = '', ...rest] = (server.received[0] ?? '').split('\r\n');
  const [headers = '', sent = ''] = rest.join('\r\n').split('\r\n\r\n');
  const text = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
  return { line, headers: headers.toLowerCase(), sent: JSON.parse(sent) as JsonObject, text, last: events.at(-1) };
}

const chat = (delta: JsonObject, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}`;
const gemini = 'data: {"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}]}\r\n\r\n';

const responsesAnswer = Buffer.concat(wholeAnswer(responsesStream, 'Hi')).toString();

describe('each kind of provider', () => {
  test('gemini: has the model in the path, the key in its own header, CRLF frames', async () => {
    const { line, headers, sent, text } = await ask('gemini', 'gemini-2.5-flash', gemini, 'v1beta/');
    expect(line).toBe('POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse HTTP/1.1');
    expect(headers).toContain('x-goog-api-key: the-key');
    expect(headers).not.toContain('authorization');
    expect(sent).toMatchObject({
      generationConfig: { maxOutputTokens: 5 },
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    });
    expect(sent).not.toHaveProperty('model');
    expect(text).toBe('Hi');
  });

  test('gemini: keeps a model name inside its path segment', async () => {
    const { line } = await ask('gemini', '../x?key=1#', gemini);
    expect(line).toBe('POST /models/..%2Fx%3Fkey%3D1%23:streamGenerateContent?alt=sse HTTP/1.1');
  });

  test('azure: has the deployment in the path, the key in `api-key`', async () => {
    const answer = `${chat({ content: 'Hi' }, 'stop')}\n\ndata: [DONE]\n\n`;
    const { line, headers, sent } = await ask('azure', 'my deployment', answer);
    expect(line).toBe('POST /openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21 HTTP/1.1');
    expect(headers).toContain('api-key: the-key');
    expect(sent).toMatchObject({ max_completion_tokens: 5, stream: true, stream_options: { include_usage: true } });
  });

  test('azure with `/openai/v1`: has the deployment in the body, the key in `api-key`, no version', async () => {
    const answer = `${chat({ content: 'Hi' }, 'stop')}\n\ndata: [DONE]\n\n`;
    const { line, headers, sent } = await ask('azure', 'my-deployment', answer, 'openai/v1/');
    expect(line).toBe('POST /openai/v1/chat/completions HTTP/1.1');
    expect(headers).toContain('api-key: the-key');
    expect(headers).not.toContain('authorization');
    expect(sent).toMatchObject({ model: 'my-deployment', max_completion_tokens: 5, stream: true });
  });

  test('azure with `/openai/v1`: has Responses, with the same key', async () => {
    const { line, headers, sent } = await ask('azure', 'gpt-5-codex', responsesAnswer, 'openai/v1');
    expect(line).toBe('POST /openai/v1/responses HTTP/1.1');
    expect(headers).toContain('api-key: the-key');
    expect(headers).not.toContain('authorization');
    expect(sent).toMatchObject({ model: 'gpt-5-codex', stream: true });
  });

  test('predictionguard: has no /v1, no stream_options, events that end with a single line break', async () => {
    const answer = `${chat({ content: ' pa' })}\n${chat({ content: 'st' })}\n${chat({}, 'stop')}\ndata: [DONE]\n`;
    const { line, headers, sent, text, last } = await ask('predictionguard', 'Neural-Chat-7B', answer);
    expect(line).toBe('POST /chat/completions HTTP/1.1');
    expect(headers).toContain('authorization: bearer the-key');
    expect(sent).toMatchObject({ model: 'Neural-Chat-7B', max_completion_tokens: 5, stream: true });
    expect(sent).not.toHaveProperty('stream_options');
    expect(text).toBe(' past');
    expect(last).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  test('predictionguard: gets its checks and top_k', async () => {
    const provider = makeProvider({ name: 'p', kind: 'predictionguard', key: fixedKey(), ...quirks('predictionguard') });
    const { dialect } = await provider.apiFor('', 'm');
    const checks = { topK: 50, inputChecks: { pii: 'block' }, outputChecks: { toxicity: true } };
    const { body, dropped } = dialect.build({ ...plainRequest({}), parameters: checks }, 'm');
    expect(body).toMatchObject({ top_k: 50, input: { pii: 'block' }, output: { toxicity: true } });
    expect(dropped).toEqual([]);
  });

  test('empower: spells any tool as `any`, and separates thoughts between tags from the text', async () => {
    const answer = `${chat({ content: '<thinking>Hm</thinking>Hi' }, 'stop')}\n\ndata: [DONE]\n\n`;
    const { line, sent, text } = await ask('empower', 'empower-functions', answer, 'api/v1');
    expect(line).toBe('POST /api/v1/chat/completions HTTP/1.1');
    expect(sent).toMatchObject({ tool_choice: 'any', max_tokens: 5 });
    expect(text).toBe('Hi');
    const provider = makeProvider({ name: 'e', kind: 'empower', key: fixedKey(), ...quirks('empower') });
    const { dialect } = await provider.apiFor('', 'm');
    expect(dialect.build({ ...plainRequest({}), parameters: { includeThinking: true } }, 'm').body).toMatchObject({
      include_thinking: true,
    });
  });
});

function quirks(name: ProviderKind) {
  const own = providerPresets[name]?.quirks;
  return own ? { quirks: own } : {};
}
