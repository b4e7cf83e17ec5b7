import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { clientOf, clients } from '../support/clients.ts';
import { chunkOf, endOfChunks, plainAnswer, streamHead } from '../support/http-bytes.ts';
import { hurriedClock } from '../support/hurried-clock.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { type ProviderStream, wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { rawServer } from '../support/raw-server.ts';
import { startStack } from '../support/stack.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';
import { begin, type Part, play } from './play.ts';

const chat = clientOf('openai-chat');
const says = wholeAnswer(chatStream, 'one ', 'two');

async function until(so: () => boolean): Promise<void> {
  for (let waits = 0; waits < 100 && !so(); waits++) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a client that disconnects', () => {
  test.each(['before the first byte', 'in the middle'])('leaves no work behind, %s (R23)', async (moment) => {
    for (const client of clients) {
      const provider = await rawServer((socket) => {
        if (moment === 'in the middle') begin(socket, chatStream, chatStream.envelope, chatStream.text('one'));
      });
      const stack = startStack({
        config: {
          providers: { p: { kind: chatStream.kind, baseUrl: provider.url.href, key: { env: 'TEST_KEY' } } },
          models: { steady: 'p/m' },
        },
      });
      const left = new AbortController();
      const { path, body } = client.ask('steady', true);
      const answer = stack.post(path, body, { signal: left.signal });
      if (moment === 'in the middle') {
        const reader = (await answer).body?.getReader();
        await reader?.read();
        await reader?.cancel();
      } else {
        await until(() => provider.received.length > 0);
        left.abort();
        await answer;
      }
      await until(() => provider.closed > 0 && stack.log.length > 0);
      expect(provider.closed).toBe(1);
      expect(stack.log).toHaveLength(1);
      // The client disconnected, so it doesn't count against the provider.
      expect(objectOf(parsed(stack.log[0] ?? ''))).toMatchObject({ outcome: 'client_closed', fault_source: 'client' });
      await provider.close();
    }
  });
});

describe('silence', () => {
  const forever = '1h';
  const limits: [name: string, outcome: string, timeouts: Record<string, string>, part: Part['says']][] = [
    ['before headers', 'upstream_timeout', { firstContent: '10s' }, () => {}],
    ['after headers', 'upstream_timeout', { firstContent: '10s' }, ({ socket }) => void socket.write(streamHead(chatStream))],
    [
      'after one token',
      'upstream_stalled',
      { idle: '10s' },
      ({ socket }) => begin(socket, chatStream, chatStream.envelope, chatStream.text('one')),
    ],
    [
      'for all that the whole may take',
      'stream_deadline',
      { connect: '10s', firstContent: '10s', idle: '10s', total: '10s' },
      ({ socket }) => begin(socket, chatStream, chatStream.envelope, chatStream.text('one')),
    ],
  ];
  test.each(limits)('%s ends in %s, with heartbeats until then (R24)', async (_, outcome, timeouts, part) => {
    for (const client of clients) {
      const { status, reading, line, text } = await play({
        client,
        clock: hurriedClock(40),
        commitAfterMs: 2_000,
        heartbeatMs: 2_000,
        route: { timeouts: { connect: forever, firstContent: forever, idle: forever, total: forever, ...timeouts } },
        parts: [{ providerStream: chatStream, says: part }],
      });
      expect(status).toBe(200);
      expect(reading).toMatchObject({ violations: [], terminal: 'error' });
      expect(line.outcome).toBe(outcome);
      if (client.heartbeat) expect(text).toMatch(client.heartbeat);
    }
  });

  test('between slow but steady tokens never cuts an answer (R24)', async () => {
    const { reading } = await play({
      client: chat,
      clock: hurriedClock(20),
      route: { timeouts: { connect: forever, firstContent: forever, idle: '20s', total: forever } },
      parts: [
        {
          providerStream: chatStream,
          async says({ socket }) {
            begin(socket, chatStream, chatStream.envelope);
            // A fifth of the limit each; all together twice as long.
            for (let token = 0; token < 10; token++) {
              await new Promise((resolve) => setTimeout(resolve, 200));
              socket.write(chunkOf(chatStream.text('x')));
            }
            const { finish, usage, terminator } = chatStream.stop;
            socket.end(Buffer.concat([chunkOf(finish, usage, terminator), endOfChunks]));
          },
        },
      ],
    });
    expect(reading).toMatchObject({ terminal: 'finish', truth: { text: 'x'.repeat(10) } });
  });
});

test('each event is its own write: the provider sends each one after the client has the one before (R25)', async () => {
  const tokens = 10;
  for (const client of clients) {
    const { reading } = await play({
      client,
      parts: [
        {
          providerStream: chatStream,
          async says({ socket, shown }) {
            begin(socket, chatStream, chatStream.envelope, chatStream.text('0'));
            for (let token = 1; token < tokens; token++) {
              await shown(token);
              socket.write(chunkOf(chatStream.text(String(token))));
            }
            await shown(tokens);
            const { finish, usage, terminator } = chatStream.stop;
            socket.end(Buffer.concat([chunkOf(finish, usage, terminator), endOfChunks]));
          },
        },
      ],
    });
    expect(reading).toMatchObject({ violations: [], terminal: 'finish', truth: { text: '0123456789' } });
  }
});

test('an answer without a body ends (R25)', async () => {
  const stack = startStack({ config: {} });
  for (const method of ['HEAD', 'OPTIONS']) {
    const response = await stack.fetch(new Request('http://127.0.0.1/v1/health', { method }));
    const { byteLength } = await response.arrayBuffer();
    if (method === 'HEAD') expect(byteLength).toBe(0);
  }
});

test('the provider’s content length and compression are not forwarded (R26)', async () => {
  const packed = gzipSync(Buffer.concat(says));
  for (const client of clients) {
    for (const stream of [true, false]) {
      const { headers, reading, body } = await play({
        client,
        stream,
        parts: [
          {
            providerStream: chatStream,
            says: ({ socket }) =>
              void socket.end(plainAnswer(200, chatStream.contentType, packed, ['content-encoding: gzip', 'etag: "x"'])),
          },
        ],
      });
      expect(headers.get('content-encoding')).toBeNull();
      expect(headers.get('etag')).toBeNull();
      if (stream) expect(headers.get('content-length')).toBeNull();
      expect(stream ? reading.truth.text : client.text(body)).toBe('one two');
    }
  }
});

test('an empty answer with status 200 is a failure, also with tools (R35)', async () => {
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
  const empty = (providerStream: ProviderStream): Part => ({
    providerStream,
    says: ({ socket }) => void socket.end(plainAnswer(200, providerStream.contentType, '')),
  });
  const alone = await play({ client: chat, body: { tools }, parts: [empty(chatStream)] });
  expect([alone.status, alone.line.outcome]).toEqual([502, 'upstream_empty']);
  const { reading } = await play({
    client: chat,
    body: { tools },
    parts: [empty(chatStream), { providerStream: chatStream, says }],
  });
  expect(reading.truth.text).toBe('one two');
});

test('a status that is sent early has the request ids and the attempts so far (R36)', async () => {
  for (const client of clients) {
    const { status, headers, line } = await play({
      client,
      clock: hurriedClock(40),
      commitAfterMs: 2_000,
      route: { timeouts: { firstContent: '6s', connect: '1h', total: '1h' } },
      parts: [{ providerStream: chatStream, says: () => {} }],
    });
    expect(status).toBe(200);
    expect(headers.get('x-request-id')).toBe(line.request_id);
    expect(headers.get('request-id')).toBe(line.request_id);
    expect(headers.get('x-sluice-attempts')).toBe('p0/model');
    expect(headers.get('x-sluice-provider')).toBe('p0');
  }
});
