import type { JsonObject } from '../../../lib/stream/json.ts';
import { chunkOf, endOfChunks, streamHead } from '../../support/http-bytes.ts';
import { awsMessage } from '../../support/provider-streams/converse.ts';
import { type ProviderStream, type SpokenName, wholeAnswer } from '../../support/provider-streams/provider-stream.ts';
import { type Fault, spoiled, texts, tolerated } from '../fault.ts';

const sse = ['chat', 'responses', 'messages', 'gemini'] as const;
const garbage = { before: { outcome: 'upstream_protocol_error' }, after: { outcome: 'upstream_protocol_error' } } as const;

const whole = (providerStream: ProviderStream) => Buffer.concat(wholeAnswer(providerStream, ...texts));

/** The same answer with its text written in another way. */
const respelled = (providerStream: ProviderStream, respell: (text: string) => string) =>
  Buffer.from(respell(whole(providerStream).toString()));

/** A whole answer where this word of its text is these bytes, which are not UTF-8. */
function withBytes(providerStream: ProviderStream, bytes: readonly number[]): Buffer {
  const { finish, usage, terminator } = providerStream.stop;
  const frame = providerStream.text('MARK').toString('latin1');
  const payload = /\{.*\}/s.exec(frame)?.[0] ?? '';
  const at = payload.indexOf('MARK');
  const spelled = Buffer.concat([
    Buffer.from(payload.slice(0, at), 'latin1'),
    Buffer.from(bytes),
    Buffer.from(payload.slice(at + 4), 'latin1'),
  ]);
  const event = providerStream.name === 'messages' ? 'content_block_delta' : undefined;
  return Buffer.concat([providerStream.envelope, providerStream.frame(spelled, event), finish, usage, terminator]);
}

/** Payloads that are JSON and not what they should be, by kind. */
const misshapen: Record<SpokenName, Record<string, { payload: JsonObject | JsonObject[]; event?: string }>> = {
  chat: {
    'a list': { payload: [] },
    'choices that are an object': { payload: { choices: {} } },
    'a delta that is a list': { payload: { choices: [{ index: 0, delta: [] }] } },
    'content that is a number': { payload: { choices: [{ index: 0, delta: { content: 5 } }] } },
    'an index of a thousand million': { payload: { choices: [{ index: 1e9, delta: { content: 'x' } }] } },
    'a tool call that is text': { payload: { choices: [{ index: 0, delta: { tool_calls: ['f'] } }] } },
  },
  messages: {
    'a list': { payload: [] },
    'a delta without its delta': { payload: { type: 'content_block_delta', index: 0 } },
    'a delta without an index': { payload: { type: 'content_block_delta', delta: { type: 'text_delta', text: 'x' } } },
    'text that is an object': { payload: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: {} } } },
    'an index that is text': { payload: { type: 'content_block_delta', index: '0', delta: { type: 'text_delta', text: 'x' } } },
    'arguments outside a tool call': {
      payload: { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{' } },
    },
  },
  responses: {
    'a list': { payload: [] },
    'a delta that is a number': { payload: { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 5 } },
    'an item that is text': { payload: { type: 'response.output_item.added', output_index: 1, item: 'x' } },
    'arguments outside a call': {
      payload: { type: 'response.function_call_arguments.delta', output_index: 7, delta: '{' },
    },
  },
  gemini: {
    'a list': { payload: [] },
    'candidates that are an object': { payload: { candidates: {} } },
    'content that is text': { payload: { candidates: [{ content: 'x' }] } },
    'text that is a number': { payload: { candidates: [{ content: { parts: [{ text: 5 }] } }] } },
    'parts that are text': { payload: { candidates: [{ content: { parts: ['x'] } }] } },
  },
  converse: {
    'a list': { payload: [] },
    'a delta without an index': { payload: { delta: { text: 'x' } } },
    'text that is a number': { payload: { contentBlockIndex: 0, delta: { text: 5 } } },
    'a delta that is text': { payload: { contentBlockIndex: 0, delta: 'x' } },
    'arguments that are an object': {
      payload: { contentBlockIndex: 1, delta: { toolUse: { input: {} } } },
    },
  },
};

/** Frames without content and missing fields, which are accepted. */
const harmless: Record<SpokenName, Record<string, { payload: JsonObject; event?: string }>> = {
  chat: {
    'no choices': { payload: { id: 'x', object: 'chat.completion.chunk' } },
    'an empty list of choices': { payload: { choices: [] } },
    'a null delta': { payload: { choices: [{ index: 0, delta: null, finish_reason: null }] } },
    'null everywhere': {
      payload: { id: null, choices: [{ index: 0, delta: { content: null, tool_calls: null } }], usage: null },
    },
  },
  messages: {
    'a null text': { payload: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: null } } },
  },
  responses: {
    'an event of a new kind': { payload: { type: 'keepalive', sequence_number: 9 } },
    'a null delta': { payload: { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: null } },
  },
  gemini: {
    'no candidates': { payload: { usageMetadata: {} } },
    'a candidate without content': { payload: { candidates: [{ index: 0 }] } },
    'null everywhere': { payload: { candidates: [{ content: { parts: null }, finishReason: null }], usageMetadata: null } },
  },
  converse: {
    'an event of a new type': { payload: { mood: 'good' }, event: 'messageMood' },
    'an empty delta': { payload: { contentBlockIndex: 0, delta: {} } },
    'a null text': { payload: { contentBlockIndex: 0, delta: { text: null } } },
  },
};

function perKind<Entry>(
  table: Record<SpokenName, Record<string, Entry>>,
  make: (kind: SpokenName, name: string, entry: Entry) => readonly Fault[],
): Fault[] {
  return Object.entries(table).flatMap(([kind, entries]) =>
    Object.entries(entries).flatMap(([name, entry]) => make(kind as SpokenName, name, entry)),
  );
}

/** Bytes that are invalid for the wire or the dialect. */
export const bytesFaults: readonly Fault[] = [
  ...spoiled(24, 'random bytes', {
    bytes: () => Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 197 + 31) % 256)),
    ...garbage,
  }),
  ...spoiled(24, 'NULs', { bytes: () => Buffer.concat([Buffer.alloc(5_000), Buffer.from('\n\n')]), ...garbage }),
  ...spoiled(24, '64 KB without a line end', { bytes: () => Buffer.alloc(64_000, 'garbage '), ...garbage }),
  {
    row: 25,
    name: 'every byte by itself',
    outcome: 'ok',
    // A chunk each: that is how they are then given out, whatever the kernel makes of them.
    behave({ providerStream, socket }) {
      const bytes = Array.from(whole(providerStream), (byte) => chunkOf(Buffer.of(byte)));
      socket.end(Buffer.concat([streamHead(providerStream), ...bytes, endOfChunks]));
    },
  },
  tolerated(26, 'bytes that are not UTF-8, in text', (providerStream) => withBytes(providerStream, [0x61, 0xff, 0x62]), {
    text: 'a\ufffdb',
  }),
  ...spoiled(26, 'bytes that are not UTF-8, outside text', {
    bytes: (providerStream) =>
      providerStream.frame(
        Buffer.from([0x7b, 0xff, 0x7d]),
        providerStream.name === 'messages' ? 'content_block_delta' : undefined,
      ),
    ...garbage,
  }),
  tolerated(27, 'a byte order mark', (providerStream) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), whole(providerStream)]), {
    kinds: sse,
  }),
  tolerated(27, 'CRLF', (providerStream) => respelled(providerStream, (text) => text.replaceAll('\n', '\r\n')), { kinds: sse }),
  tolerated(27, 'CR', (providerStream) => respelled(providerStream, (text) => text.replaceAll('\n', '\r')), { kinds: sse }),
  tolerated(
    27,
    'every line end in turn',
    (providerStream) => {
      let at = 0;
      return respelled(providerStream, (text) => text.replaceAll('\n', () => ['\r\n', '\n', '\r'][at++ % 3] ?? ''));
    },
    { kinds: sse },
  ),
  tolerated(
    27,
    'comments, ids and retry',
    (providerStream) => respelled(providerStream, (text) => text.replaceAll('data:', ': hm\nid: 7\nretry: 5\ndata:')),
    { kinds: sse },
  ),
  tolerated(
    27,
    'no space after the colon',
    (providerStream) => respelled(providerStream, (text) => text.replaceAll('data: ', 'data:')),
    {
      kinds: sse,
    },
  ),
  tolerated(27, 'data without a colon', (providerStream) => Buffer.concat([Buffer.from('data\n\n'), whole(providerStream)]), {
    kinds: sse,
  }),
  tolerated(
    27,
    'data of several lines',
    (providerStream) => respelled(providerStream, (text) => text.replace(/^data: \{(.*)\}$/gm, 'data: {\ndata: $1\ndata: }')),
    { kinds: sse },
  ),
  tolerated(27, 'no empty line after the last event', (providerStream) => respelled(providerStream, (text) => text.trimEnd()), {
    kinds: sse,
  }),
  ...spoiled(29, 'an event that is no JSON', {
    bytes: (providerStream) =>
      Buffer.concat([
        providerStream.frame('{"broken":', providerStream.name === 'messages' ? 'content_block_delta' : undefined),
        whole(providerStream),
      ]),
    ...garbage,
  }),
  ...perKind(misshapen, (kind, name, { payload, event }) =>
    spoiled(30, name, {
      kinds: [kind],
      bytes: (providerStream) => providerStream.frame(JSON.stringify(payload), event),
      ...garbage,
    }),
  ),
  ...perKind(harmless, (kind, name, { payload, event }) => [
    tolerated(
      30,
      name,
      (providerStream) => {
        const [envelope = Buffer.alloc(0), ...rest] = wholeAnswer(providerStream, ...texts);
        return Buffer.concat([envelope, providerStream.frame(JSON.stringify(payload), event), ...rest]);
      },
      { kinds: [kind] },
    ),
  ]),
  ...spoiled(39, 'a checksum that does not match', {
    kinds: ['converse'],
    bytes(providerStream) {
      const frame = Buffer.from(providerStream.text('wrong'));
      frame.writeUInt32BE(0, frame.length - 4);
      return frame;
    },
    ...garbage,
  }),
  ...spoiled(39, 'a prelude whose checksum does not match', {
    kinds: ['converse'],
    bytes(providerStream) {
      const frame = Buffer.from(providerStream.text('wrong'));
      frame.writeUInt32BE(frame.length + 1, 0);
      return frame;
    },
    ...garbage,
  }),
  ...spoiled(39, 'a message of no kind', {
    kinds: ['converse'],
    bytes: () => awsMessage({ ':message-type': 'other' }, '{}'),
    ...garbage,
  }),
];
