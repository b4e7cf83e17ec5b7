import { describe, expect, test } from 'vitest';
import { clientOf, clients } from '../support/clients.ts';
import { chunkOf, endOfChunks } from '../support/http-bytes.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { awsMessage, converseStream } from '../support/provider-streams/converse.ts';
import { messagesStream } from '../support/provider-streams/messages.ts';
import { wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { responsesStream } from '../support/provider-streams/responses.ts';
import { begin, type Part, play, sayAll } from './play.ts';

const chat = clientOf('openai-chat');
const messages = clientOf('anthropic-messages');
const good: Part = { providerStream: chatStream, says: wholeAnswer(chatStream, 'From the second.') };

describe('a truncated answer never looks complete', () => {
  const three = [chatStream.envelope, chatStream.text('one '), chatStream.text('two '), chatStream.text('three')];
  test.each(['a FIN', 'a reset', 'no last chunk'])('three deltas, then %s (R1)', async (ending) => {
    for (const client of clients) {
      const { reading, line, text } = await play({
        client,
        parts: [
          {
            providerStream: chatStream,
            async says({ socket, shown }) {
              begin(socket, chatStream, ...three);
              await shown(1);
              if (ending === 'a FIN') socket.end(endOfChunks);
              else if (ending === 'a reset') socket.resetAndDestroy();
              else socket.end();
            },
          },
        ],
      });
      expect(reading.violations).toEqual([]);
      expect(reading).toMatchObject({ terminal: 'error', truth: { text: 'one two three' } });
      expect(text).not.toMatch(/message_stop|response\.completed|messageStop|"finish_reason":"/);
      expect(line.outcome).toBe('upstream_cut');
    }
  });
});

test('the usage before the cut is in the log (R1)', async () => {
  const says = [messagesStream.envelope, messagesStream.text('one')];
  const { line } = await play({ client: messages, parts: [{ providerStream: messagesStream, says }] });
  expect(line).toMatchObject({ outcome: 'upstream_cut', usage_source: 'provider', input_tokens: 7 });
});

describe("Bedrock's exceptions", () => {
  const exceptions = [
    ['throttlingException', 'rate_limit_exceeded'],
    ['serviceUnavailableException', 'server_overloaded'],
    ['internalServerException', 'upstream_error'],
    ['modelStreamErrorException', 'upstream_error'],
    ['validationException', 'invalid_request'],
    ['modelTimeoutException', 'upstream_timeout'],
  ] as const;
  test.each(exceptions)('%s after two deltas is the error %s, never a success (R2)', async (type, kind) => {
    for (const client of clients) {
      const frames = [converseStream.envelope, converseStream.text('a'), converseStream.text('b')];
      const { reading, bytes } = await play({
        client,
        parts: [
          {
            providerStream: converseStream,
            async says({ socket, shown }) {
              begin(socket, converseStream, ...frames);
              await shown(1);
              socket.end(Buffer.concat([chunkOf(converseStream.failure(type, 'the words of Bedrock')), endOfChunks]));
            },
          },
        ],
      });
      expect(reading.violations).toEqual([]);
      expect(reading).toMatchObject({ terminal: 'error', truth: { text: 'ab', complete: false } });
      expect(client.inBand(bytes)).toMatchObject({
        word: client.streamWord(kind),
        message: expect.stringContaining('the words of Bedrock'),
      });
    }
  });

  test('an error message with a code is an error too (R2)', async () => {
    const error = awsMessage({ ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'It broke.' }, '');
    const { status, text } = await play({ client: chat, parts: [{ providerStream: converseStream, says: [error] }] });
    expect(status).toBe(502);
    expect(text).toContain('It broke.');
  });

  test('a first frame of serviceUnavailableException is retried, and only the second answer is delivered (R3)', async () => {
    for (const client of clients) {
      const { status, reading, requests } = await play({
        client,
        route: { retries: 1 },
        parts: [
          {
            providerStream: converseStream,
            says({ socket, attempt }) {
              if (attempt === 1) sayAll(socket, converseStream, converseStream.failure('serviceUnavailableException', 'Busy.'));
              else sayAll(socket, converseStream, ...wholeAnswer(converseStream, 'second'));
            },
          },
        ],
      });
      expect(status).toBe(200);
      expect(reading).toMatchObject({ violations: [], terminal: 'finish', truth: { text: 'second' } });
      expect(requests[0]).toHaveLength(2);
    }
  });

  test('a first frame of validationException is a 400 without a retry (R3)', async () => {
    for (const client of clients) {
      const failure = converseStream.failure('validationException', 'Bad field.');
      const parts = [{ providerStream: converseStream, says: [failure] }, good];
      const { status, headers, body, requests } = await play({ client, parts, route: { retries: 1 } });
      expect(status).toBe(400);
      expect(client.failure(body, headers).message).toContain('Bad field.');
      expect(requests.map(({ length }) => length)).toEqual([1, 0]);
    }
  });
});

describe('an error as the first event of a stream with status 200', () => {
  const firsts: [name: string, part: Part][] = [
    ["Bedrock's exception", { providerStream: converseStream, says: [converseStream.failure('throttlingException', 'No.')] }],
    ["Anthropic's event", { providerStream: messagesStream, says: [messagesStream.failure('overloaded_error', 'No.')] }],
    ["OpenAI's error", { providerStream: chatStream, says: [chatStream.failure('server_error', 'No.')] }],
    [
      "OpenRouter's error beside choices",
      {
        providerStream: chatStream,
        says: [chatStream.frame('{"choices":[{"index":0,"delta":{"content":""}}],"error":{"code":502,"message":"No."}}')],
      },
    ],
  ];
  test.each(firsts)('%s is a status, or leads to the fallback (R4)', async (_, part) => {
    for (const client of clients) {
      const alone = await play({ client, parts: [part] });
      expect(alone.status).toBeGreaterThanOrEqual(400);
      expect(client.failure(alone.body, alone.headers).message).toContain('No.');
      const { status, reading } = await play({ client, parts: [part, good] });
      expect(status).toBe(200);
      expect(reading).toMatchObject({ violations: [], truth: { text: 'From the second.' } });
    }
  });
});

describe('a fallback still happens', () => {
  const opened: [name: string, part: Part][] = [
    [
      'response.created',
      { providerStream: responsesStream, says: [responsesStream.envelope, responsesStream.failure('insufficient_quota', 'No.')] },
    ],
    [
      'a role and annotations without choices',
      {
        providerStream: chatStream,
        says: [
          chatStream.envelope,
          chatStream.frame('{"id":"x","choices":[],"prompt_filter_results":[]}'),
          chatStream.failure('rate_limit_exceeded', 'No.'),
        ],
      },
    ],
    [
      'message_start',
      { providerStream: messagesStream, says: [messagesStream.envelope, messagesStream.failure('overloaded_error', 'No.')] },
    ],
  ];
  test.each(opened)('although %s came before the error (R5)', async (_, part) => {
    for (const client of clients) {
      const { status, reading, text } = await play({ client, parts: [part, good] });
      expect(status).toBe(200);
      expect(reading).toMatchObject({ violations: [], terminal: 'finish', truth: { text: 'From the second.' } });
      expect(text.match(/event: response\.created/g)?.length ?? 1).toBe(1);
      expect(text.match(/event: message_start/g)?.length ?? 1).toBe(1);
    }
  });

  test('but only for an envelope of up to 64 events (R5)', async () => {
    const extras = Array.from({ length: 70 }, () => messagesStream.frame('{"type":"news"}', 'news'));
    const says = [messagesStream.envelope, ...extras, messagesStream.failure('overloaded_error', 'No.')];
    const { status, reading, requests } = await play({
      client: messages,
      parts: [{ providerStream: messagesStream, says }, good],
    });
    expect([status, reading.terminal, requests[1]?.length]).toEqual([200, 'error', 0]);
  });
});

describe('a target that fails in mid-stream', () => {
  const dies: Part = {
    providerStream: chatStream,
    async says({ socket, shown }) {
      begin(socket, chatStream, chatStream.envelope, chatStream.text('The first half'));
      await shown(1);
      socket.end();
    },
  };

  test('is an error by default: no other target is tried, no text is duplicated (R6)', async () => {
    for (const client of clients) {
      const { reading, requests } = await play({ client, parts: [dies, good] });
      expect(reading).toMatchObject({ violations: [], terminal: 'error', truth: { text: 'The first half' } });
      expect(requests[1]).toHaveLength(0);
    }
  });

  test('continues on the next model if enabled: prefix and rest, once (R6)', async () => {
    for (const client of clients) {
      const rest: Part = { providerStream: messagesStream, says: wholeAnswer(messagesStream, ' and the second.'), prefill: true };
      const { reading, requests } = await play({ client, parts: [dies, rest], route: { continue: 'text' } });
      expect(reading).toMatchObject({ violations: [], terminal: 'finish', truth: { text: 'The first half and the second.' } });
      expect(requests[1]?.[0]).toMatch(/"role":"assistant".*The first half/);
    }
  });

  test('is its own error if the next target refuses, never the refusal (R6)', async () => {
    for (const client of clients) {
      const refusing: Part = {
        providerStream: messagesStream,
        prefill: true,
        says: [messagesStream.failure('invalid_request_error', 'This model does not support assistant message prefill.')],
      };
      const { reading, text, line } = await play({ client, parts: [dies, refusing], route: { continue: 'text' } });
      expect(reading).toMatchObject({ violations: [], terminal: 'error', truth: { text: 'The first half' } });
      expect(text).not.toContain('prefill');
      expect(line.outcome).toBe('upstream_cut');
    }
  });
});
