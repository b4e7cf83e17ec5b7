import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { chunkOf, endOfChunks, streamHead } from '../../support/http-bytes.ts';
import { type ProviderStream, wholeAnswer } from '../../support/provider-streams/provider-stream.ts';
import { answerWell, endBy, type Fault, spoiled, texts } from '../fault.ts';

const secure = (url: URL) => new URL(url.href.replace('http:', 'https:'));
const noAnswer = () => {};

/** Compressed so far and no further, as by a proxy that died. */
const cutGzip = (...parts: Uint8Array[]) => gzipSync(Buffer.concat(parts), { finishFlush: constants.Z_SYNC_FLUSH });

function compressed(encoding: string, compress: (bytes: Uint8Array) => Uint8Array): Fault {
  return {
    row: 23,
    name: `a body in ${encoding}, unasked`,
    outcome: 'ok',
    behave({ providerStream, socket }) {
      const body = compress(Buffer.concat(wholeAnswer(providerStream, ...texts)));
      socket.end(Buffer.concat([streamHead(providerStream, [`content-encoding: ${encoding}`]), chunkOf(body), endOfChunks]));
    },
  };
}

const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1);
const cut = { outcome: 'upstream_cut' } as const;

const cuts = {
  'between events': { bytes: () => Buffer.alloc(0), before: { ...cut, attempts: 2 }, after: cut },
  'inside an event': {
    bytes: (providerStream: ProviderStream) => half(providerStream.text(texts[1])),
    before: { ...cut, attempts: 2 },
    after: cut,
  },
  'inside the event of the finish': {
    bytes: (providerStream: ProviderStream) => half(providerStream.stop.finish),
    before: { ...cut, attempts: 2 },
    after: cut,
  },
};

/** The stream ends at some place in it, in one of the ways in which streams end. */
function cutAt(place: keyof typeof cuts, ending: 'end' | 'reset' | 'half-close'): readonly Fault[] {
  const row = { end: 19, reset: 20, 'half-close': 21 }[ending];
  const how = { end: 'a clean end', reset: 'a reset', 'half-close': 'a half-close' }[ending];
  return spoiled(row, `${how} ${place}`, { ending, ...cuts[place] });
}

/** Faults of the connection and of HTTP. */
export const connectionFaults: readonly Fault[] = [
  {
    row: 1,
    name: 'the connection is refused',
    at: () => new URL('http://127.0.0.1:1/'),
    outcome: 'upstream_unreachable',
    attempts: 2,
    behave: noAnswer,
    hides: ['127.0.0.1', 'ECONNREFUSED'],
  },
  {
    row: 2,
    name: 'the connection never stands',
    // A server that accepts the TCP connection and never starts TLS.
    at: secure,
    outcome: 'connect_timeout',
    timeouts: { connect: '5s' },
    behave: noAnswer,
  },
  ...['nxdomain', 'servfail'].map(
    (name): Fault => ({
      row: 3,
      name: `${name} instead of an address`,
      at: () => new URL(`http://${name}.invalid/`),
      outcome: 'upstream_unreachable',
      attempts: 2,
      behave: noAnswer,
      hides: ['.invalid', 'ENOTFOUND', 'EAI_AGAIN'],
    }),
  ),
  {
    row: 5,
    name: 'a reset before headers, each time',
    outcome: 'upstream_unreachable',
    attempts: 2,
    behave: ({ socket }) => void socket.resetAndDestroy(),
  },
  {
    row: 5,
    name: 'a close before headers, each time',
    outcome: 'upstream_unreachable',
    attempts: 2,
    behave: ({ socket }) => void socket.end(),
  },
  {
    row: 5,
    name: 'a reset before headers, once',
    outcome: 'ok',
    attempts: 2,
    behave(scene) {
      if (scene.attempt === 1) scene.socket.resetAndDestroy();
      else answerWell(scene);
    },
  },
  {
    row: 6,
    name: 'a reset after the headers',
    outcome: 'upstream_cut',
    attempts: 2,
    async behave({ providerStream, socket, headTaken }) {
      socket.write(streamHead(providerStream));
      await headTaken;
      socket.resetAndDestroy();
    },
  },
  ...(Object.keys(cuts) as (keyof typeof cuts)[]).flatMap((place) => [
    ...cutAt(place, 'end'),
    ...cutAt(place, 'reset'),
    ...cutAt(place, 'half-close'),
  ]),
  ...spoiled(22, 'a chunk whose length is no number', {
    bytes: () => Buffer.alloc(0),
    before: { outcome: 'upstream_cut', attempts: 2 },
    after: { outcome: 'upstream_cut' },
  }).map(
    (fault): Fault => ({
      ...fault,
      async behave(scene) {
        const { providerStream, socket, after } = { ...scene, after: fault.after };
        socket.write(
          Buffer.concat([
            streamHead(providerStream),
            chunkOf(providerStream.envelope, after ? providerStream.text(texts[0]) : Buffer.alloc(0)),
          ]),
        );
        await (after ? scene.contentTaken : scene.headTaken);
        socket.end('zz\r\nnonsense\r\n');
      },
    }),
  ),
  {
    row: 22,
    name: 'a body that is shorter than its content-length',
    after: true,
    outcome: 'upstream_cut',
    async behave({ providerStream, socket, contentTaken }) {
      const head = streamHead(providerStream).toString().replace('transfer-encoding: chunked', 'content-length: 99999');
      socket.write(Buffer.concat([Buffer.from(head), providerStream.envelope, providerStream.text(texts[0])]));
      await contentTaken;
      socket.end();
    },
  },
  {
    row: 22,
    name: 'a body that is longer than its content-length',
    after: true,
    outcome: 'upstream_cut',
    async behave({ providerStream, socket, contentTaken }) {
      const body = Buffer.concat(wholeAnswer(providerStream, ...texts));
      const length = providerStream.envelope.length + providerStream.text(texts[0]).length + 20;
      const head = streamHead(providerStream).toString().replace('transfer-encoding: chunked', `content-length: ${length}`);
      socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, length - 20)]));
      await contentTaken;
      socket.end(body.subarray(length - 20));
    },
  },
  ...['content-length: 5\r\ncontent-length: 7', 'no header at all'].map(
    (line): Fault => ({
      row: 22,
      name: `the header ${JSON.stringify(line)}`,
      outcome: 'upstream_protocol_error',
      behave: ({ providerStream, socket }) =>
        void socket.end(`HTTP/1.1 200 OK\r\n${line}\r\ncontent-type: ${providerStream.contentType}\r\n\r\n12345`),
    }),
  ),
  compressed('gzip', gzipSync),
  compressed('deflate', deflateSync),
  compressed('br', brotliCompressSync),
  {
    row: 23,
    name: 'a gzip body that is cut before content',
    outcome: 'upstream_cut',
    attempts: 2,
    async behave({ providerStream, socket, headTaken }) {
      socket.write(streamHead(providerStream, ['content-encoding: gzip']));
      await headTaken;
      endBy(socket, 'end', cutGzip(providerStream.envelope));
    },
  },
  {
    row: 23,
    name: 'a gzip body that is cut after content',
    after: true,
    outcome: 'upstream_cut',
    async behave({ providerStream, socket, contentTaken }) {
      const body = cutGzip(providerStream.envelope, providerStream.text(texts[0]));
      socket.write(Buffer.concat([streamHead(providerStream, ['content-encoding: gzip']), chunkOf(body)]));
      await contentTaken;
      endBy(socket, 'end');
    },
  },
  {
    row: 23,
    name: 'a gzip body that is none',
    outcome: 'upstream_protocol_error',
    behave({ providerStream, socket }) {
      const head = streamHead(providerStream, ['content-encoding: gzip']);
      socket.end(Buffer.concat([head, chunkOf(...wholeAnswer(providerStream, ...texts)), endOfChunks]));
    },
  },
  {
    row: 23,
    name: 'a gzip body that is garbled after content',
    after: true,
    outcome: 'upstream_protocol_error',
    async behave({ providerStream, socket, contentTaken }) {
      const body = cutGzip(providerStream.envelope, providerStream.text(texts[0]));
      socket.write(Buffer.concat([streamHead(providerStream, ['content-encoding: gzip']), chunkOf(body)]));
      await contentTaken;
      socket.write(chunkOf(Buffer.alloc(100, 0xff)));
    },
  },
  {
    row: 23,
    name: 'a compression that nobody knows',
    outcome: 'upstream_protocol_error',
    behave({ providerStream, socket }) {
      const head = streamHead(providerStream, ['content-encoding: zzz']);
      socket.end(Buffer.concat([head, chunkOf(...wholeAnswer(providerStream, ...texts)), endOfChunks]));
    },
  },
];
