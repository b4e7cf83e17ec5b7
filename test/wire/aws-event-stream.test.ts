import { crc32 } from 'node:zlib';
import { EventStreamCodec, Int64, type Message, type MessageHeaders } from '@smithy/core/event-streams';
import { describe, expect, test } from 'vitest';
import { readAwsEventStream, writeAwsEventStream } from '../../lib/wire/aws-event-stream.ts';
import type { Frame } from '../../lib/wire/frame.ts';
import { flattened } from '../support/batches.ts';
import { type Chunking, chunkings, cutAt, oneByte, whole } from '../support/chunkings.ts';
import { collect } from '../support/collect.ts';
import { recordings, testRecordings } from '../support/recordings.ts';

/** The AWS SDK's own reader and writer. */
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

const limits = { maxFrameBytes: 1 << 16 };

async function read(bytes: Uint8Array, cut: Chunking = whole, bounds = limits) {
  return collect(flattened(readAwsEventStream(cut(bytes), bounds)));
}

function bytesOf(frame: Frame): Buffer {
  return Buffer.from(writeAwsEventStream(frame));
}

function stringHeaders(values: Record<string, string>): MessageHeaders {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { type: 'string', value }]));
}

function encode(headers: Record<string, string>, body = ''): Uint8Array {
  return codec.encode({ headers: stringHeaders(headers), body: Buffer.from(body) });
}

/** The message with both its checksums made right again, so that what they guard is looked at. */
function resealed(bytes: Uint8Array): Buffer {
  const message = Buffer.from(bytes);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4);
  return message;
}

const frames: Frame[] = [
  { event: 'messageStart', data: '{"role":"assistant"}' },
  { event: 'contentBlockDelta', data: '{"delta":{"text":"…é😀"}}' },
  { event: 'throttlingException', data: '{"message":"slow down"}', failure: true },
  { event: 'empty', data: '' },
];
const stream = Buffer.concat(frames.map(bytesOf));

describe('writeAwsEventStream', () => {
  test("writes what Amazon's codec reads, with Bedrock’s headers", () => {
    const read = (frame: Frame): Message => codec.decode(bytesOf(frame));
    const event = read({ event: 'messageStop', data: '{"stopReason":"end_turn"}' });
    expect(Object.entries(event.headers)).toEqual([
      [':event-type', { type: 'string', value: 'messageStop' }],
      [':content-type', { type: 'string', value: 'application/json' }],
      [':message-type', { type: 'string', value: 'event' }],
    ]);
    expect(Buffer.from(event.body).toString()).toBe('{"stopReason":"end_turn"}');
    const exception = read({ event: 'throttlingException', data: '{"message":"…"}', failure: true });
    expect(Object.entries(exception.headers)).toEqual([
      [':exception-type', { type: 'string', value: 'throttlingException' }],
      [':content-type', { type: 'string', value: 'application/json' }],
      [':message-type', { type: 'string', value: 'exception' }],
    ]);
    expect(Buffer.from(exception.body).toString()).toBe('{"message":"…"}');
  });

  test('writes what our reader reads as the same frames', async () => {
    for (const { name, cut } of chunkings) expect(await read(stream, cut), name).toEqual(frames);
  });

  test('keeps the name of each event and exception, whichever came before it', async () => {
    const many = Array.from({ length: 300 }, (_, index): Frame[] => {
      const event = `event${100 + (index % 150)}`;
      return [
        { event, data: '{}' },
        { event, data: '{}', failure: true },
      ];
    }).flat();
    expect(await read(Buffer.concat(many.map(bytesOf)))).toEqual(many);
  });
});

describe('readAwsEventStream', () => {
  test("reads what Amazon's codec wrote: events, exceptions and errors", async () => {
    const bytes = Buffer.concat([
      encode({ ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' }, '{"bytes":"…"}'),
      encode({ ':exception-type': 'validationException', ':message-type': 'exception' }, '{"message":"no"}'),
      encode({ ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'It "broke"' }),
      encode({ ':message-type': 'error', ':error-code': 'Silent' }),
    ]);
    expect(await read(bytes)).toEqual([
      { event: 'chunk', data: '{"bytes":"…"}' },
      { event: 'validationException', data: '{"message":"no"}', failure: true },
      { event: 'InternalFailure', data: '{"message":"It \\"broke\\""}', failure: true },
      { event: 'Silent', data: '{"message":""}', failure: true },
    ]);
  });

  test('skips headers of every other type', async () => {
    const message = codec.encode({
      headers: {
        a: { type: 'boolean', value: true },
        b: { type: 'boolean', value: false },
        c: { type: 'byte', value: 7 },
        d: { type: 'short', value: 7 },
        e: { type: 'integer', value: 7 },
        f: { type: 'long', value: Int64.fromNumber(7) },
        g: { type: 'binary', value: Buffer.alloc(300, 7) },
        h: { type: 'timestamp', value: new Date(7) },
        i: { type: 'uuid', value: '01234567-89ab-cdef-0123-456789abcdef' },
        ...stringHeaders({ ':message-type': 'event', ':event-type': 'x' }),
      },
      body: Buffer.from('{}'),
    });
    expect(await read(message)).toEqual([{ event: 'x', data: '{}' }]);
  });

  test('yields the same frames for every split', async () => {
    expect(await read(stream, oneByte)).toEqual(frames);
    for (let position = 1; position < stream.length; position++) {
      expect(await read(stream, cutAt(position)), `cut at ${position}`).toEqual(frames);
    }
  });

  test('yields a frame as soon as its last byte arrives', async () => {
    const reading = readAwsEventStream(
      (async function* () {
        yield stream.subarray(0, bytesOf(frames[0] as Frame).length);
        throw new Error('read on');
      })(),
      limits,
    );
    expect((await reading.next()).value).toEqual([frames[0]]);
    await expect(reading.next()).rejects.toThrow('read on');
  });

  test('treats an end inside a message as a cut, after earlier frames, and an end between messages as an end', async () => {
    const ends = frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1).map(bytesOf)).length);
    for (let end = 1; end < stream.length; end++) {
      const got: Frame[] = [];
      const reading = (async () => {
        for await (const frame of flattened(readAwsEventStream(oneByte(stream.subarray(0, end)), limits))) got.push(frame);
      })();
      if (ends.includes(end)) await reading;
      else await expect(reading, `end at ${end}`).rejects.toMatchObject({ kind: 'upstream_cut' });
      expect(got).toEqual(frames.slice(0, ends.filter((whole) => whole <= end).length));
    }
    expect(await read(new Uint8Array())).toEqual([]);
  });

  test('rejects every flipped bit of a message', async () => {
    const message = bytesOf({ event: 'contentBlockDelta', data: '{"delta":{"text":"Hi"}}' });
    // More follows, so that a length made larger cannot pass for a cut.
    const rest = Buffer.concat([message, message, message]);
    for (let bit = 0; bit < message.length * 8; bit++) {
      const flipped = Buffer.from(message);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await expect(read(Buffer.concat([flipped, rest])), `bit ${bit}`).rejects.toMatchObject({ kind: 'upstream_protocol_error' });
    }
  });

  test('rejects impossible lengths, although their checksum is right', async () => {
    const lengths = [
      [0, 0],
      [12, 0],
      [15, 0],
      [16, 1],
      [100, 85],
      [100, 0xffffffff],
      [0xffffffff, 0],
      [limits.maxFrameBytes + 1, 0],
    ];
    for (const [total = 0, headers = 0] of lengths) {
      const message = Buffer.alloc(200);
      message.writeUInt32BE(total, 0);
      message.writeUInt32BE(headers, 4);
      const refused = read(resealed(message));
      await expect(refused, `${total}, ${headers}`).rejects.toThrow(/inconsistent lengths|more than \d+ bytes/);
    }
  });

  test('accepts a message of the maximum size', async () => {
    const message = bytesOf({ event: 'x', data: 'y'.repeat(1000) });
    const { length } = message;
    expect(await read(message, whole, { maxFrameBytes: length })).toHaveLength(1);
    await expect(read(message, whole, { maxFrameBytes: length - 1 })).rejects.toThrow(`more than ${length - 1} bytes`);
  });

  test('rejects headers that are unreadable, or that have no event type', async () => {
    const message = encode({ ':message-type': 'event', ':event-type': 'x' });
    const nameLength = 12;
    const type = nameLength + 1 + ':message-type'.length;
    for (const [at, value] of [
      [nameLength, 255],
      [type, 10],
      [type, 255],
      [type + 1, 255],
    ] as const) {
      const broken = Buffer.from(message);
      broken.writeUInt8(value, at);
      await expect(read(resealed(broken))).rejects.toThrow('invalid headers');
    }
    await expect(read(encode({ ':event-type': 'x' }))).rejects.toThrow('unknown type');
    await expect(read(encode({ ':message-type': 'news', ':event-type': 'x' }))).rejects.toThrow('unknown type');
    await expect(read(encode({ ':message-type': 'event' }))).rejects.toThrow('without :event-type');
    await expect(read(encode({ ':message-type': 'exception' }))).rejects.toThrow('without :exception-type');
  });

  test('takes linear time for the size of a message', async () => {
    const length = 16 << 20;
    const message = bytesOf({ event: 'x', data: 'y'.repeat(length) });
    const cut: Chunking = async function* (bytes) {
      for (let start = 0; start < bytes.length; start += 256) yield bytes.subarray(start, start + 256);
    };
    const start = performance.now();
    const [frame] = await read(message, cut, { maxFrameBytes: message.length });
    expect(frame?.data).toHaveLength(length);
    // A fraction of a second; minutes where each of the pieces costs a copy of all before it.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

const binary = recordings().filter(({ wire, rebuilt }) => wire === 'aws-event-stream' && !rebuilt);

testRecordings("is read as Amazon's codec reads it, and can be written anew byte for byte", binary, async (recording) => {
  const bytes = Buffer.from(recording.bytes());
  const messages: Message[] = [];
  const whole: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const message = bytes.subarray(at, at + bytes.readUInt32BE(at));
    // One stream made by hand ends inside a message.
    if (at + bytes.readUInt32BE(at) > bytes.length) break;
    whole.push(message);
    messages.push(codec.decode(message));
    at += message.length;
  }
  const complete = Buffer.concat(whole);
  const frames = await read(complete);
  const text = (message: Message, header: string) => message.headers[header]?.value;
  expect(frames).toEqual(
    messages.map((message) => {
      const type = text(message, ':message-type');
      const body = Buffer.from(message.body).toString();
      if (type === 'event') return { event: text(message, ':event-type'), data: body };
      if (type === 'exception') return { event: text(message, ':exception-type'), data: body, failure: true };
      return {
        event: text(message, ':error-code'),
        data: JSON.stringify({ message: text(message, ':error-message') }),
        failure: true,
      };
    }),
  );
  for (const { cut } of chunkings) expect(await read(complete, cut)).toEqual(frames);
  if (complete.length < bytes.length) await expect(read(bytes)).rejects.toMatchObject({ kind: 'upstream_cut' });
  for (const [index, frame] of frames.entries()) {
    const message = messages[index];
    if (message && Object.keys(message.headers).join() === ':event-type,:content-type,:message-type') {
      expect(bytesOf(frame).equals(whole[index] ?? Buffer.alloc(0)), `message ${index}`).toBe(true);
    }
  }
  const companion = recording.companion('events.jsonl');
  if (companion === undefined) return;
  const lines = companion
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(frames.map(({ event, data }) => ({ event, payload: JSON.parse(data) }))).toEqual(
    lines.map(({ headers, payload }) => ({ event: headers[':event-type'], payload })),
  );
});
