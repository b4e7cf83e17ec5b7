import { EventStreamCodec } from '@smithy/core/event-streams';
import { describe, expect, test } from 'vitest';
import { writeAwsEventStream } from '../../lib/wire/aws-event-stream.ts';
import type { Frame } from '../../lib/wire/frame.ts';
import { readInvokeChunks, writeInvokeChunk } from '../../lib/wire/invoke-chunks.ts';
import { flattened } from '../support/batches.ts';
import { type Chunking, chunkings, whole } from '../support/chunkings.ts';
import { collect } from '../support/collect.ts';
import { recordings, testRecordings } from '../support/recordings.ts';

async function read(bytes: Uint8Array, cut: Chunking = whole) {
  return collect(flattened(readInvokeChunks(cut(bytes), { maxFrameBytes: 1 << 20 })));
}

function written(...frames: Frame[]): Buffer {
  return Buffer.concat(frames.map((frame) => Buffer.from(writeAwsEventStream(frame))));
}

describe('readInvokeChunks', () => {
  test('yields the contents of chunks, and other messages unchanged', async () => {
    const text = '{"completion":" Café 😀"}';
    const bytes = written(
      { event: 'chunk', data: `{"bytes":"${Buffer.from(text).toString('base64')}","p":"abcdef"}` },
      { event: 'modelTimeoutException', data: '{"message":"late"}', failure: true },
      { event: 'chunk', data: '{"message":"no"}', failure: true },
      { event: 'news', data: '{}' },
    );
    for (const { cut } of chunkings) {
      expect(await read(bytes, cut)).toEqual([
        { data: text },
        { event: 'modelTimeoutException', data: '{"message":"late"}', failure: true },
        { event: 'chunk', data: '{"message":"no"}', failure: true },
        { event: 'news', data: '{}' },
      ]);
    }
  });

  test('rejects a chunk without bytes, and accepts an empty one', async () => {
    for (const data of ['{}', '{"bytes":null}', '{"bytes":1}', '[]', 'x', '']) {
      await expect(read(written({ event: 'chunk', data }))).rejects.toMatchObject({ kind: 'upstream_protocol_error' });
    }
    expect(await read(written({ event: 'chunk', data: '{"bytes":""}' }))).toEqual([{ data: '' }]);
  });
});

describe('writeInvokeChunk', () => {
  test("writes what Amazon's codec and our reader can read", async () => {
    const codec = new EventStreamCodec(
      (bytes) => Buffer.from(bytes).toString(),
      (text) => Buffer.from(text),
    );
    const frame: Frame = { event: 'content_block_delta', data: '{"text":"é"}' };
    const message = codec.decode(Buffer.from(writeInvokeChunk(frame)));
    expect(message.headers[':event-type']?.value).toBe('chunk');
    expect(JSON.parse(Buffer.from(message.body).toString())).toEqual({ bytes: Buffer.from(frame.data).toString('base64') });

    const failure: Frame = { event: 'throttlingException', data: '{"message":"slow"}', failure: true };
    const bytes = Buffer.concat([frame, failure].map((each) => Buffer.from(writeInvokeChunk(each))));
    expect(await read(bytes)).toEqual([{ data: frame.data }, failure]);
  });
});

const invoked = recordings('bedrock-invoke').filter(({ companion }) => companion('events.jsonl')?.includes('"chunk": {'));

testRecordings('gives what each chunk was recorded to hold', invoked, async (recording) => {
  const lines = (recording.companion('events.jsonl') ?? '').split('\n').filter(Boolean);
  const frames = await read(recording.bytes());
  expect(frames.map(({ data }) => JSON.parse(data))).toEqual(lines.map((line) => JSON.parse(line).chunk));
});
