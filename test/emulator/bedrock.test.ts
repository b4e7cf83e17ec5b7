import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { eventually, RawCall } from './raw.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
});
afterAll(() => emulator.close());

/** A client like an app's, over HTTP/2 by default, like the SDK. */
function clientOf(endpoint: string, more: BedrockRuntimeClientConfig = {}): BedrockRuntimeClient {
  return new BedrockRuntimeClient({ endpoint, region: 'us-east-1', credentials: emulator.credentials, maxAttempts: 1, ...more });
}
const http1 = () => ({ requestHandler: new NodeHttpHandler() });

const ask = (text: string, more: Partial<ConverseStreamCommandInput> = {}): ConverseStreamCommandInput => ({
  modelId: 'chat',
  messages: [{ role: 'user', content: [{ text }] }],
  ...more,
});
const weather = {
  toolSpec: {
    name: 'get_weather',
    description: 'The weather in a city',
    inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
  },
};
const now = { toolSpec: { name: 'now', inputSchema: { json: { type: 'object', properties: {} } } } };

async function eventsOf(client: BedrockRuntimeClient, input: ConverseStreamCommandInput): Promise<ConverseStreamOutput[]> {
  const { stream } = await client.send(new ConverseStreamCommand(input));
  const events = [];
  for await (const event of stream ?? []) events.push(event);
  return events;
}
const textOf = (events: ConverseStreamOutput[]) => events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('');
const raw = (
  model: string,
  operation = 'converse-stream',
  body: object = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
) =>
  new RawCall(
    emulator.bedrockUrl,
    `/model/${encodeURIComponent(model)}/${operation}`,
    { authorization: 'Bearer any', 'content-type': 'application/json' },
    JSON.stringify(body),
  );

/** The messages in these bytes, by the SDK's own codec: their headers, and their payload as text. */
function messagesIn(latin1: string): { headers: Record<string, unknown>; payload: string }[] {
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString(),
    (text) => Buffer.from(text),
  );
  const bytes = Buffer.from(latin1, 'latin1');
  const messages = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const { headers, body } = codec.decode(bytes.subarray(at, at + length));
    const plain = Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]));
    messages.push({ headers: plain, payload: Buffer.from(body).toString() });
    at += length;
  }
  return messages;
}
const typesIn = (body: string) => messagesIn(body).map(({ headers }) => headers[':event-type'] ?? headers[':exception-type']);

describe.each([
  ['HTTP/2', '2.0', () => ({})],
  ['HTTP/1.1', '1.1', http1],
])('the emulated Bedrock with the AWS SDK over %s', (_name, version, handler) => {
  let client: BedrockRuntimeClient;
  beforeAll(() => {
    client = clientOf(emulator.bedrockUrl, handler());
  });
  afterAll(() => client.destroy());

  test('streams an answer and its usage', async () => {
    const events = await eventsOf(
      client,
      ask('Why is the sky blue?', { modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' }),
    );
    expect(textOf(events)).toContain('“Why is the sky blue?”');
    expect(events.at(-2)?.messageStop?.stopReason).toBe('end_turn');
    const deltas = events.filter((event) => event.contentBlockDelta).length;
    expect(events.at(-1)?.metadata?.usage).toMatchObject({ inputTokens: 8, outputTokens: deltas, totalTokens: 8 + deltas });
    expect(emulator.log.at(-1)).toMatchObject({
      httpVersion: version,
      model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      finished: true,
      closedByClient: false,
      eventsSent: events.length,
    });
  });

  test('returns the same answer without a stream', async () => {
    const whole = await client.send(new ConverseCommand(ask('Compare Rome and Oslo')));
    expect(whole.output?.message?.content).toEqual([{ text: textOf(await eventsOf(client, ask('Compare Rome and Oslo'))) }]);
    expect(whole.stopReason).toBe('end_turn');
  });

  test('reasons, calls tools and answers from their results', async () => {
    const more = {
      toolConfig: { tools: [weather, now] },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
    };
    const question = ask('What is the weather in Paris and New York?', more);
    const { output, stopReason } = await client.send(new ConverseCommand(question));
    expect(stopReason).toBe('tool_use');
    const content = output?.message?.content ?? [];
    const uses = content.flatMap((block) => block.toolUse ?? []);
    expect(uses.map(({ input }) => input)).toEqual([{ city: 'Paris' }, { city: 'New York' }]);
    const results = uses.map(({ toolUseId }) => ({ toolResult: { toolUseId, content: [{ json: { sky: 'grey' } }] } }));
    const follow = [
      ...(question.messages ?? []),
      { role: 'assistant' as const, content },
      { role: 'user' as const, content: results },
    ];
    const events = await eventsOf(client, { ...question, messages: follow });
    expect(events.some((event) => event.contentBlockDelta?.delta?.reasoningContent?.signature)).toBe(true);
    expect(textOf(events)).toContain('{"sky":"grey"}');
  });

  test('tools: announces only calls, and sends no delta for one without arguments', async () => {
    const events = await eventsOf(client, ask('Go to Rome', { modelId: 'tools', toolConfig: { tools: [weather, now] } }));
    expect(events.flatMap((event) => event.contentBlockStart?.start?.toolUse?.name ?? [])).toEqual(['get_weather', 'now']);
    const last = events.filter((event) => event.contentBlockDelta?.contentBlockIndex === 2);
    expect(last).toEqual([]);
  });

  test('obeys a JSON schema, a token limit and a stop sequence, and continues a prefill', async () => {
    const end = async (more: Partial<ConverseStreamCommandInput>) => {
      const events = await eventsOf(client, ask('Tell me of Rome', more));
      return [textOf(events), events.at(-2)?.messageStop?.stopReason];
    };
    const schema = JSON.stringify({ type: 'object', properties: { city: { type: 'string' } } });
    const textFormat = { type: 'json_schema' as const, structure: { jsonSchema: { schema, name: 'city' } } };
    expect(await end({ outputConfig: { textFormat } })).toEqual(['{"city":"Rome"}', 'end_turn']);
    expect(await end({ inferenceConfig: { maxTokens: 2 } })).toEqual(['You said', 'max_tokens']);
    expect(await end({ inferenceConfig: { stopSequences: [' me'] } })).toEqual(['You said “Tell', 'stop_sequence']);
    const messages = [
      ...(ask('Tell me of Rome').messages ?? []),
      { role: 'assistant' as const, content: [{ text: 'You said “Tell' }] },
    ];
    expect((await end({ messages }))[0]).toMatch(/^ me of Rome”/);
  });

  test('echo repeats its input exactly', async () => {
    const text = 'data: [DONE]\n\n👩‍👩‍👧 統一碼 \u2028 ';
    expect(textOf(await eventsOf(client, ask(text, { modelId: 'echo' })))).toBe(text);
  });

  test.each([
    ['status-400', 'ValidationException', 400],
    ['status-401', 'UnrecognizedClientException', 403],
    ['status-404', 'ResourceNotFoundException', 404],
    ['typo', 'ResourceNotFoundException', 404],
    ['status-429', 'ThrottlingException', 429],
    ['status-500', 'InternalServerException', 500],
    ['status-503', 'ServiceUnavailableException', 503],
  ])('%s is the exception %s', async (modelId, name, status) => {
    const failure = await eventsOf(client, ask('Hi', { modelId })).catch((error) => error);
    expect(failure.name).toBe(name);
    expect(failure.$metadata.httpStatusCode).toBe(status);
  });

  test('error is a modeled exception, the first event at 0', async () => {
    for (const modelId of ['error@2', 'error@0']) {
      const failure = await eventsOf(client, ask('Hi', { modelId })).catch((error) => error);
      expect(failure).toMatchObject({ name: 'ModelStreamErrorException', originalStatusCode: 500 });
    }
  });

  test('garbage fails the checksum', async () => {
    await expect(eventsOf(client, ask('Hi', { modelId: 'garbage' }))).rejects.toThrow('checksum');
  });

  test('notices a client abort at once', async () => {
    const slow = await startEmulator({ paceMs: 5 });
    const leaving = clientOf(slow.bedrockUrl, handler());
    try {
      const abort = new AbortController();
      const { stream } = await leaving.send(new ConverseStreamCommand(ask('Hi')), { abortSignal: abort.signal });
      let left = 0;
      const reading = (async () => {
        for await (const event of stream ?? []) {
          if (!event.contentBlockDelta || left > 0) continue;
          left = Date.now();
          abort.abort();
        }
      })();
      await reading.catch(() => {});
      await eventually(() => slow.log[0]?.closedByClient === true);
      expect(Date.now() - left).toBeLessThan(100);
      expect(slow.log[0]?.finished).toBe(false);
    } finally {
      leaving.destroy();
      await slow.close();
    }
  });
});

describe('access to the emulated Bedrock', () => {
  test.each([
    ['another secret', { accessKeyId: 'EMBEDDEDDEMO', secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['another key', { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'wrong' }, 'UnrecognizedClientException'],
  ])('%s is rejected', async (_what, credentials, name) => {
    const client = clientOf(emulator.bedrockUrl, { credentials });
    const failure = await eventsOf(client, ask('Hi')).catch((error) => error);
    expect(failure).toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
    client.destroy();
  });

  test('unsigned requests are rejected', async () => {
    const response = await fetch(`${emulator.bedrockUrl}/model/demo/converse`, { method: 'POST', body: '{' });
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toMatch(/^MissingAuthenticationTokenException:/);
  });
});

describe('the bytes of the emulated Bedrock', () => {
  test('don’t announce text, pad every payload, and end with metadata', async () => {
    const { body } = await raw('chat').whole();
    const types = typesIn(body);
    expect(types.slice(0, 2)).toEqual(['messageStart', 'contentBlockDelta']);
    expect(types.slice(-3)).toEqual(['contentBlockStop', 'messageStop', 'metadata']);
    for (const { headers, payload } of messagesIn(body)) {
      expect(headers).toMatchObject({ ':content-type': 'application/json', ':message-type': 'event' });
      expect(JSON.parse(payload).p).toMatch(/^abc?|^a$/);
    }
  });

  test('stop after n content events with cut, eof and stall', async () => {
    const start = ['messageStart', 'contentBlockDelta', 'contentBlockDelta'];
    const cut = await raw('cut@2').whole();
    expect([cut.ended, cut.complete, typesIn(cut.body)]).toEqual([true, false, start]);
    const eof = await raw('eof@2').whole();
    expect([eof.complete, typesIn(eof.body)]).toEqual([true, start]);
    const stall = raw('stall@2');
    await stall.until(() => stall.body !== '' && typesIn(stall.body).length === 3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([stall.ended, typesIn(stall.body)]).toEqual([false, start]);
    stall.socket.destroy();
  });

  test('end an HTTP/2 connection with cut, which the client takes for an end', async () => {
    const client = clientOf(emulator.bedrockUrl);
    const events = await eventsOf(client, ask('Hi', { modelId: 'cut@2' }));
    expect(events.map((event) => Object.keys(event)[0])).toEqual(['messageStart', 'contentBlockDelta', 'contentBlockDelta']);
    client.destroy();
  });

  test('have an exception message with error, and no metadata with no-done', async () => {
    const { body } = await raw('error@1').whole();
    const exception = messagesIn(body).at(-1);
    expect(exception?.headers).toMatchObject({ ':message-type': 'exception', ':exception-type': 'modelStreamErrorException' });
    expect(JSON.parse(exception?.payload ?? '')).toMatchObject({ originalStatusCode: 500 });
    expect(typesIn((await raw('no-done').whole()).body).at(-1)).toBe('messageStop');
  });

  test.each([
    [
      'a conversation that the model begins',
      { messages: [{ role: 'assistant', content: [{ text: 'Hi' }] }] },
      'must start with a user message',
    ],
    [
      'two turns of one role',
      {
        messages: [
          { role: 'user', content: [{ text: 'Hi' }] },
          { role: 'user', content: [{ text: 'Hi' }] },
        ],
      },
      'must alternate',
    ],
    ['blank text', { messages: [{ role: 'user', content: [{ text: ' ' }] }] }, 'is blank'],
    [
      'an empty list of tools',
      { messages: [{ role: 'user', content: [{ text: 'Hi' }] }], toolConfig: { tools: [] } },
      'toolConfig.tools',
    ],
    [
      'results without tools',
      { messages: [{ role: 'user', content: [{ toolResult: { toolUseId: 'x' } }] }] },
      'toolConfig field must be defined',
    ],
    [
      'temperature above 1',
      { messages: [{ role: 'user', content: [{ text: 'Hi' }] }], inferenceConfig: { temperature: 1.5 } },
      'less than or equal to 1',
    ],
    ['no conversation', {}, 'must start with a user message'],
  ])('reject %s', async (_what, body, message) => {
    const call = raw('chat', 'converse', body);
    await call.until(() => call.body.endsWith('}'));
    expect(call.received).toMatch(/^HTTP\/1.1 400 [\s\S]*x-amzn-errortype: ValidationException/);
    expect(JSON.parse(call.body).message).toContain(message);
  });
});
