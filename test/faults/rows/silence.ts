import type { Socket } from 'node:net';
import { chunkOf, endOfChunks, streamHead } from '../../support/http-bytes.ts';
import { type Fault, texts } from '../fault.ts';

/** Between two of the drops of a drip, in real milliseconds. */
const dropMs = 20;

const silent = { outcome: 'upstream_timeout', timeouts: { firstContent: '10s' } } as const;
const stalled = { outcome: 'upstream_stalled', after: true, timeouts: { idle: '10s' } } as const;

/** Writes these, one at a time, for as long as the connection lasts; the last one again and again. */
function drip(socket: Socket, drops: readonly Uint8Array[], everyMs = dropMs): void {
  let next = 0;
  const timer = setInterval(() => {
    socket.write(chunkOf(drops[Math.min(next++, drops.length - 1)] ?? Buffer.alloc(0)));
  }, everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** These bytes, each by itself. */
const byteByByte = (bytes: Uint8Array) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));

/** Providers that take their time, or all of it. */
export const silenceFaults: readonly Fault[] = [
  { row: 15, name: 'no headers', ...silent, behave: () => {} },
  { row: 15, name: 'no headers, when the status has been sent', ...silent, commitAfterMs: 4_000, behave: () => {} },
  {
    row: 15,
    name: 'headers and nothing more',
    ...silent,
    behave: ({ providerStream, socket }) => void socket.write(streamHead(providerStream)),
  },
  {
    row: 15,
    name: 'a refusal that never gets to its end',
    ...silent,
    behave: ({ socket }) =>
      void socket.write('HTTP/1.1 500 No\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"err'),
  },
  {
    row: 16,
    name: 'an envelope and nothing more',
    ...silent,
    behave: ({ providerStream, socket }) =>
      void socket.write(Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope)])),
  },
  {
    row: 16,
    name: 'comments or pings and no content',
    kinds: ['chat', 'responses', 'messages', 'gemini'],
    ...silent,
    behave({ providerStream, socket }) {
      socket.write(Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope)]));
      const ping = providerStream.name === 'messages' ? 'event: ping\ndata: {"type":"ping"}\n\n' : ': OPENROUTER PROCESSING\n\n';
      drip(socket, [Buffer.from(ping)]);
    },
  },
  {
    row: 17,
    name: 'silence',
    ...stalled,
    commitAfterMs: 4_000,
    behave: ({ providerStream, socket }) =>
      void socket.write(
        Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope, providerStream.text(texts[0]))]),
      ),
  },
  {
    row: 17,
    name: 'silence inside an event',
    ...stalled,
    behave({ providerStream, socket }) {
      const begun = providerStream.text(texts[1]).subarray(0, 20);
      socket.write(
        Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope, providerStream.text(texts[0]), begun)]),
      );
    },
  },
  {
    row: 18,
    name: 'a drip of bytes, before content',
    ...silent,
    behave({ providerStream, socket }) {
      socket.write(streamHead(providerStream));
      drip(socket, byteByByte(providerStream.text('x'.repeat(10_000))));
    },
  },
  {
    row: 18,
    name: 'a drip of bytes, after content',
    ...stalled,
    behave({ providerStream, socket }) {
      socket.write(Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope, providerStream.text(texts[0]))]));
      drip(socket, byteByByte(providerStream.text('x'.repeat(10_000))));
    },
  },
  {
    row: 18,
    name: 'a drip of comments or pings, after content',
    kinds: ['chat', 'responses', 'messages', 'gemini'],
    ...stalled,
    behave({ providerStream, socket }) {
      socket.write(Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope, providerStream.text(texts[0]))]));
      drip(socket, [Buffer.from(providerStream.name === 'messages' ? 'event: ping\ndata: {"type":"ping"}\n\n' : ':\n\n')]);
    },
  },
  {
    row: 18,
    name: 'events that come slowly but steadily: never cut',
    outcome: 'ok',
    timeouts: { firstContent: '60s', idle: '40s' },
    behave({ providerStream, socket }) {
      const { finish, usage, terminator } = providerStream.stop;
      const end = Buffer.concat([chunkOf(finish, usage, terminator), endOfChunks]);
      socket.write(Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope)]));
      const words = [...texts];
      // Each wait is a quarter of the limit, all of them together are more than it.
      const timer = setInterval(() => {
        const next = words.shift();
        if (next !== undefined) socket.write(chunkOf(providerStream.text(next)));
        else {
          clearInterval(timer);
          socket.end(end);
        }
      }, 500);
      socket.on('close', () => clearInterval(timer));
    },
  },
  {
    row: 18,
    name: 'events that never end: the limit for the whole',
    outcome: 'stream_deadline',
    after: true,
    text: texts[0].repeat(10_000),
    timeouts: { connect: '20s', firstContent: '20s', idle: '20s', total: '20s' },
    behave({ providerStream, socket }) {
      socket.write(Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope)]));
      drip(socket, [providerStream.text(texts[0])]);
    },
  },
];
