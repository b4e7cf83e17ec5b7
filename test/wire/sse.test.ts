import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Frame, ReadFrames } from '../../lib/wire/frame.ts';
import { readSse, readSseLines, writeSse } from '../../lib/wire/sse.ts';
import { flattened } from '../support/batches.ts';
import { type Chunking, chunkings, cutAt, whole } from '../support/chunkings.ts';
import { collect } from '../support/collect.ts';
import { recordings, testRecordings } from '../support/recordings.ts';

const limits = { maxFrameBytes: 1 << 20 };

async function read(input: string | Uint8Array, cut: Chunking = whole, reader: ReadFrames = readSse, bounds = limits) {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  return collect(flattened(reader(cut(bytes), bounds)));
}

/** Reads whole, byte by byte, in the cuts of every property and in two at every byte; expects the same frames each time. */
async function expectFrames(input: string | Uint8Array, expected: Frame[], reader: ReadFrames = readSse) {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  for (const { name, cut } of chunkings) expect(await read(bytes, cut, reader), name).toEqual(expected);
  for (let position = 1; position < bytes.length; position++) {
    expect(await read(bytes, cutAt(position), reader), `cut at ${position}`).toEqual(expected);
  }
}

describe('readSse', () => {
  const streams: [title: string, text: string, frames: Frame[]][] = [
    ['an event of one line', 'data: {"a":"b: c"}\n\n', [{ data: '{"a":"b: c"}' }]],
    ['named events', 'event: ping\ndata: {}\n\ndata: 1\n\n', [{ event: 'ping', data: '{}' }, { data: '1' }]],
    ['a name after the data, as Bedrock writes it', 'data: {}\nevent: ping\n\n', [{ event: 'ping', data: '{}' }]],
    ['an empty name as none', 'event: \ndata: 1\n\n', [{ data: '1' }]],
    ['CRLF', 'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n', [{ event: 'a', data: '1' }, { data: '2' }]],
    ['CR alone, to the last event', 'data: 1\r\rdata: 2\r\r', [{ data: '1' }, { data: '2' }]],
    ['mixed line ends', 'data: 1\r\ndata: 2\rdata: 3\n\r\ndata: 4\r\n\n', [{ data: '1\n2\n3' }, { data: '4' }]],
    ['a byte order mark, once', '\ufeffdata: 1\n\n', [{ data: '1' }]],
    ['no space after the colon, and only one removed', 'data:1\n\ndata:  2\n\n', [{ data: '1' }, { data: ' 2' }]],
    ['data of several lines', 'data: {\ndata\ndata: }\n\n', [{ data: '{\n\n}' }]],
    ['comments, also inside an event', ': keep-alive\n\ndata: 1\n:\n: x\ndata: 2\n\n', [{ data: '1\n2' }]],
    ['no event without data', 'event: foo\n\nid: 1\n\ndata: x\n\n', [{ data: 'x' }]],
    ['ids and retries, also with a NUL', 'id: a\0b\nretry: 10\nretry: x\ndata: 1\n\n', [{ data: '1' }]],
    ['unknown fields', 'trace: {"a":1}\ndata: 1\nx-y_2:\n\n', [{ data: '1' }]],
    ['characters of several bytes', 'data: {"a":"…é😀"}\n\n', [{ data: '{"a":"…é😀"}' }]],
    ['other line ends as text', 'data: a\u2028b\u0085c\vd\fe\n\n', [{ data: 'a\u2028b\u0085c\vd\fe' }]],
    ['many events', 'data: 1\n\n'.repeat(50), Array.from({ length: 50 }, () => ({ data: '1' }))],
    ['nothing', '', []],
  ];
  test.each(streams)('reads %s for every split', async (_title, text, frames) => {
    await expectFrames(text, frames);
  });

  test('yields a last event without its blank line, and marks it', async () => {
    const last: Frame[] = [{ data: '1' }, { event: 'end', data: '[DONE]', unterminated: true }];
    await expectFrames('data: 1\n\nevent: end\ndata: [DONE]', last);
    await expectFrames('data: 1\n\nevent: end\ndata: [DONE]\n', last);
    await expectFrames('data: 1\r\revent: end\rdata: [DONE]\r', last);
    await expectFrames('data: 1\n\ndata: {"a', [{ data: '1' }, { data: '{"a', unterminated: true }]);
  });

  test('yields whole frames from a stream cut at any byte, and marks only the last one as cut', async () => {
    const text = 'retry: 1\n\nevent: one\ndata: {"a":1}\n\n: c\n\nid: 7\ndata: {"b":"…"}\r\n\r\nevent: two\ndata: {\ndata: }\n\n';
    const bytes = new TextEncoder().encode(text);
    const frames = await read(bytes);
    for (let end = 0; end < bytes.length; end++) {
      const got = await read(bytes.subarray(0, end));
      const cut = got.at(-1)?.unterminated ? got.pop() : undefined;
      expect(got, `end at ${end}`).toEqual(frames.slice(0, got.length));
      expect(cut?.failure, `end at ${end}`).toBeUndefined();
    }
  });

  test('replaces invalid UTF-8, for every split', async () => {
    await expectFrames(Buffer.from('data: a\xff\xe2\x82z\n\n', 'latin1'), [{ data: 'a\ufffd\ufffdz' }]);
    await expectFrames(Buffer.from('data: a\xe2\x82', 'latin1'), [{ data: 'a\ufffd', unterminated: true }]);
  });

  test('yields a frame as soon as its last byte arrives', async () => {
    for (const lineEnd of ['\n', '\r', '\r\n']) {
      let sent = false;
      const frames = readSse(
        (async function* () {
          yield Buffer.from(`data: 1${lineEnd}${lineEnd}`);
          sent = true;
          yield Buffer.from('data: 2\n\n');
        })(),
        limits,
      );
      expect((await frames.next()).value).toEqual([{ data: '1' }]);
      expect(sent).toBe(false);
    }
  });

  test('closes its source when the reader stops', async () => {
    let closed = false;
    async function* source() {
      try {
        while (true) yield Buffer.from('data: 1\n\n');
      } finally {
        closed = true;
      }
    }
    for await (const _ of readSse(source(), limits)) break;
    expect(closed).toBe(true);
  });

  describe('text outside any field', () => {
    const failure = (data: string): Frame => ({ event: 'error', data, failure: true });
    const object = '{\n  "error": {\n    "code": 503,\n    "message": "overloaded"\n  }\n}';

    test('is one failure: bare JSON on several lines after an event', async () => {
      await expectFrames(`data: 1\n\n${object}\n`, [{ data: '1' }, failure(object)]);
      await expectFrames(`data: 1\r\n\r\n${object.replaceAll('\n', '\r\n')}\r\n`, [{ data: '1' }, failure(object)]);
      await expectFrames(`${object}\n\ndata: 2\n\n`, [failure(object), { data: '2' }]);
    });

    test('is one failure: an `error` field', async () => {
      await expectFrames('data: 1\n\nerror: {"code":500}\n\n', [{ data: '1' }, failure('{"code":500}')]);
      await expectFrames('error: {\n  "code": 500\n}\n', [failure('{\n  "code": 500\n}')]);
    });

    test('is one failure: JSON on one line, as soon as it is complete', async () => {
      const frames = readSse(
        (async function* () {
          yield Buffer.from('{"error":"busy"}\n');
          throw new Error('read on');
        })(),
        limits,
      );
      expect((await frames.next()).value).toEqual([failure('{"error":"busy"}')]);
    });

    test('is one failure: plain text or an HTML page', async () => {
      await expectFrames('upstream connect error\nreset: overflow\n\ndata: 1\n\n', [
        failure('upstream connect error\nreset: overflow'),
        { data: '1' },
      ]);
      await expectFrames('<html>\n<body>\nBad gateway</html>', [
        { ...failure('<html>\n<body>\nBad gateway</html>'), unterminated: true },
      ]);
    });

    test('is yielded once', async () => {
      await expectFrames('{"error":1}\n\n{"error":2}\ndata: 1\n\nmore text\n', [failure('{"error":1}'), { data: '1' }]);
    });

    test('is marked if the stream ends inside it', async () => {
      await expectFrames(`data: 1\n\n${object.slice(0, 40)}`, [
        { data: '1' },
        { ...failure(object.slice(0, 40)), unterminated: true },
      ]);
    });

    test('is yielded at a limit', async () => {
      const frames = await read('x\n'.repeat(20_000));
      expect(frames).toHaveLength(1);
      expect(frames[0]).toMatchObject({ failure: true });
      expect(frames[0]?.data.length).toBeLessThan(33_000);
    });
  });

  describe('limits', () => {
    const bounds = { maxFrameBytes: 1000 };

    test('accept a frame of the maximum size, and reject a longer one after the frames before it', async () => {
      const fits = `data: ${'x'.repeat(1000)}\n\n`;
      const tooLong = `data: 1\n\ndata: ${'x'.repeat(1001)}\n\ndata: 3\n\n`;
      const inLines = `data: 1\n\n${'data: xx\n'.repeat(400)}\n`;
      for (const { name, cut } of chunkings) {
        expect(await read(fits, cut, readSse, bounds), name).toHaveLength(1);
        for (const text of [tooLong, inLines]) {
          const frames = readSse(cut(Buffer.from(text)), bounds);
          expect((await frames.next()).value, name).toEqual([{ data: '1' }]);
          await expect(frames.next(), name).rejects.toMatchObject({ kind: 'upstream_protocol_error' });
        }
      }
    });

    test('reject a line without an end while it arrives', async () => {
      let sent = 0;
      async function* endless() {
        for (; sent < 100; sent++) yield Buffer.alloc(100, 'x');
      }
      await expect(collect(readSse(endless(), bounds))).rejects.toMatchObject({ kind: 'upstream_protocol_error' });
      expect(sent).toBeLessThan(15);
    });

    test('keep the time linear in the size of an event', async () => {
      const length = 32 << 20;
      const start = performance.now();
      const frames = await read(`data: ${'x'.repeat(length)}\n\n`, pieces, readSse, { maxFrameBytes: length });
      expect(frames[0]?.data).toHaveLength(length);
      // A fraction of a second; a minute where each of the pieces costs a look at all before it.
      expect(performance.now() - start).toBeLessThan(10_000);
    });
  });
});

/** Pieces of one KiB, given without an await of their own. */
const pieces: Chunking = async function* (bytes) {
  for (let start = 0; start < bytes.length; start += 1024) yield bytes.subarray(start, start + 1024);
};

describe('readSseLines', () => {
  test('yields each data line as a frame, whatever ends the events', async () => {
    const expected: Frame[] = [{ data: '{"a":1}' }, { data: '{"b":2}' }, { data: '[DONE]' }];
    await expectFrames('data: {"a":1}\ndata: {"b":2}\ndata: [DONE]\n', expected, readSseLines);
    await expectFrames('data: {"a":1}\n\ndata: {"b":2}\r\n\r\n: c\ndata: [DONE]\r', expected, readSseLines);
  });

  test('marks a last line without a line break', async () => {
    await expectFrames('data: 1\ndata: {"b', [{ data: '1' }, { data: '{"b', unterminated: true }], readSseLines);
  });

  test('yields a failure outside any field', async () => {
    await expectFrames('{\n"error": 1\n}\n', [{ event: 'error', data: '{\n"error": 1\n}', failure: true }], readSseLines);
  });
});

describe('writeSse', () => {
  test('writes LF only, and a name only if there is one', () => {
    expect(writeSse({ data: '{"a":1}' })).toBe('data: {"a":1}\n\n');
    expect(writeSse({ event: 'ping', data: '{}' })).toBe('event: ping\ndata: {}\n\n');
  });

  test('writes what our reader reads as the same frames', async () => {
    const frames: Frame[] = [{ event: 'a', data: '{"x":"…"}' }, { data: '' }, { data: ' b' }, { data: 'c\nd\n' }];
    await expectFrames(frames.map(writeSse).join(''), frames);
    expect(writeSse({ data: 'a\r\nevent: b\rc' })).toBe('data: a\ndata: event: b\ndata: c\n\n');
  });
});

interface Vector {
  name: string;
  base64: string;
  events: { event: string; data: string }[];
}

const stray = (data: string): Frame => ({ event: 'error', data, failure: true });
const loud = 'text outside every field is a failure, so that an event lost to it is not lost in silence';

/** Vectors that we read otherwise than a browser: the frame that we give beside its events, and where. */
const excused: Record<string, { reason: string; at: number; frame: Frame }> = {
  'format-data-before-final-empty-line': {
    reason: 'providers end so; a browser drops the event',
    at: 1,
    frame: { data: 'test2', unterminated: true },
  },
  'format-bom-2 (second BOM is data)': { reason: loud, at: 0, frame: stray('\ufeffdata:1') },
  'bom mid-stream is part of field name': { reason: loud, at: 1, frame: stray('\ufeffdata:2') },
  'format-field-parsing': { reason: loud, at: 0, frame: stray('Data:1\ndata\0:2\n\0data:4\nda-ta:3\ndata_5\n data:32') },
  'format-field-unknown': { reason: loud, at: 0, frame: stray(' data\nfoobar:xxx\njustsometext') },
};

const directory = process.env.RECORDINGS_DIR;
const vectorsPath = directory && join(directory, '..', 'reference', 'sse-vectors.json');
const hasVectors = vectorsPath && existsSync(vectorsPath);
if (directory && !hasVectors) console.log('sse vectors: not found beside RECORDINGS_DIR, skipped');
const vectors: Vector[] = hasVectors ? JSON.parse(readFileSync(vectorsPath, 'utf8')) : [];

test.skipIf(!hasVectors)('reads the standard’s test vectors for every split', async () => {
  expect(vectors.length).toBeGreaterThan(0);
  for (const { name, base64, events } of vectors) {
    // Ids are the bookkeeping of a browser that reconnects; a frame has none.
    const frames: Frame[] = events.map(({ event, data }) => ({ ...(event !== 'message' && { event }), data }));
    const excuse = excused[name];
    if (excuse) frames.splice(excuse.at, 0, excuse.frame);
    await expectFrames(Buffer.from(base64, 'base64'), frames);
  }
  expect(vectors.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(excused)));
});

const recorded = recordings().filter(({ wire, rebuilt }) => wire === 'sse' && !rebuilt);

testRecordings('is read as its lines say, however it is cut', recorded, async (recording) => {
  const bytes = recording.bytes();
  const text = Buffer.from(bytes)
    .toString()
    .replace(/^\ufeff/, '')
    .replaceAll(/\r\n?/g, '\n');
  const fields = (event: string, name: string) =>
    event.split('\n').flatMap((line) => (line.startsWith(`${name}:`) ? line.slice(name.length + 1).replace(/^ /, '') : []));
  const events = text.split('\n\n').map((event) => ({ event: fields(event, 'event')[0], data: fields(event, 'data') }));
  const expected = events.filter(({ data }) => data.length > 0).map(({ event, data }) => ({ event, data: data.join('\n') }));
  for (const { name, cut } of chunkings) {
    if (name === '1 byte' && bytes.length > 10_000) continue;
    const frames = (await read(bytes, cut)).filter(({ failure }) => !failure);
    expect(
      frames.map(({ event, data }) => ({ event, data })),
      name,
    ).toEqual(expected);
  }
});
