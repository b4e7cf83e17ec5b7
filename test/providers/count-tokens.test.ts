import { afterEach, describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { bedrockProvider } from '../../lib/providers/bedrock.ts';
import { fixedKey } from '../../lib/providers/key-source.ts';
import { makeProvider } from '../../lib/providers/make-provider.ts';
import { buildFor } from '../support/build-for.ts';
import { chunk, head, lastChunk, type RawServer, rawServer } from '../support/raw-server.ts';

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
});

test('Gemini counts the tokens of the request, without what only an answer needs', async () => {
  server = await rawServer((socket) => void socket.end(head(200, 'application/json') + chunk('{"totalTokens":31}') + lastChunk));
  const provider = makeProvider({ name: 'gemini', kind: 'gemini', baseUrl: `${server.url}v1beta`, key: fixedKey('a-key') });
  const request = anthropicMessages.parse({
    model: 'm',
    max_tokens: 1,
    system: 'Be terse.',
    messages: [{ role: 'user', content: 'Hello' }],
  });
  const api = await provider.apiFor(request.dialect, 'gemini-2.5-flash');
  const { body } = buildFor(api.dialect, request, 'gemini-2.5-flash');
  const { signal } = new AbortController();
  expect(await api.countTokens?.({ model: 'gemini-2.5-flash', body, signal, onConnected: () => {} })).toBe(31);
  const [sent = ''] = server.received;
  expect(sent).toMatch(/^POST \/v1beta\/models\/gemini-2\.5-flash:countTokens HTTP/);
  expect(JSON.parse(sent.slice(sent.indexOf('{')))).toEqual({
    generateContentRequest: {
      model: 'models/gemini-2.5-flash',
      systemInstruction: body.systemInstruction,
      contents: body.contents,
    },
  });
});

describe('Bedrock counts the tokens of the request', () => {
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const profile = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  const { signal } = new AbortController();
  const messages = [{ role: 'user', content: 'Hello' }];

  /** What a count for this request sends where that answer awaits it. */
  async function counted(
    request: ReturnType<typeof openaiChat.parse>,
    model: string,
    answer = head(200, 'application/json') + chunk('{"inputTokens":9}') + lastChunk,
  ) {
    server = await rawServer((socket) => void socket.end(answer));
    const provider = bedrockProvider({ name: 'bedrock', region: 'us-east-1', endpoint: server.url.href, credentials });
    const api = provider.apiFor?.(request.dialect, model) ?? provider;
    const { body } = buildFor(api.dialect, request, model);
    const count = await api.countTokens?.({ model, body, signal, onConnected: () => {} });
    const [sent = ''] = server.received;
    return { body, count, sent, told: JSON.parse(sent.slice(sent.indexOf('{'))) };
  }

  test('with Converse, without what only an answer needs, for the model behind an inference profile', async () => {
    const tools = [{ type: 'function', function: { name: 'now', parameters: { type: 'object' } } }];
    const request = openaiChat.parse({
      model: 'm',
      max_tokens: 5,
      tools,
      messages: [{ role: 'system', content: 'Be terse.' }, ...messages],
    });
    const { body, count, sent, told } = await counted(request, profile);
    expect(count).toBe(9);
    expect(sent).toMatch(/^POST \/model\/anthropic\.claude-sonnet-4-5-20250929-v1%3A0\/count-tokens HTTP/);
    expect(sent).toMatch(/^authorization: AWS4-HMAC-SHA256 Credential=AKID\/\d+\/us-east-1\/bedrock\//im);
    expect(sent).toMatch(/^accept: application\/json\r$/im);
    const { messages: turns, system, toolConfig } = body;
    expect(told).toEqual({ input: { converse: { messages: turns, system, toolConfig } } });
  });

  test('with the model`s own body for clients that send it', async () => {
    const request = anthropicMessages.parse({ model: 'm', max_tokens: 1, messages });
    const { body, told } = await counted(request, profile);
    expect(body).toMatchObject({ anthropic_version: 'bedrock-2023-05-31', messages });
    expect(JSON.parse(Buffer.from(told.input.invokeModel.body, 'base64').toString())).toEqual(body);
  });

  test.each([
    ['arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.anthropic.claude-3-haiku', 'anthropic.claude-3-haiku'],
    ['anthropic.claude-3-haiku', 'anthropic.claude-3-haiku'],
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc', undefined],
    ['us.amazon.nova-lite-v1:0', undefined],
  ])('%s', async (model, asked = model) => {
    const { sent } = await counted(openaiChat.parse({ model: 'm', messages }), model);
    expect(sent.split(' ')[1]).toBe(`/model/${encodeURIComponent(asked)}/count-tokens`);
  });

  test('and the refusal for a model without a count reaches the client', async () => {
    const message = "The provided model doesn't support counting tokens.";
    const refused =
      head(400, 'application/json', ['x-amzn-errortype: ValidationException']) + chunk(JSON.stringify({ message })) + lastChunk;
    await expect(counted(openaiChat.parse({ model: 'm', messages }), 'us.amazon.nova-lite-v1:0', refused)).rejects.toMatchObject({
      kind: 'invalid_request',
      message: expect.stringContaining(message),
    });
  });

  test('a response without a number is an error', async () => {
    const empty = head(200, 'application/json') + chunk('{}') + lastChunk;
    await expect(counted(openaiChat.parse({ model: 'm', messages }), profile, empty)).rejects.toMatchObject({
      kind: 'upstream_protocol_error',
    });
  });
});
