import { describe, expect, test } from 'vitest';
import { readAwsEventStream } from '../../lib/wire/aws-event-stream.ts';
import { readSse } from '../../lib/wire/sse.ts';
import { flattened } from './batches.ts';
import { chunkings, cutAt, whole } from './chunkings.ts';
import { collect } from './collect.ts';
import { recordings, testRecordings, testWithRecordings } from './recordings.ts';

const limits = { maxFrameBytes: 1 << 24 };

describe('recordings', () => {
  testWithRecordings('each has a name of its own, and bytes', () => {
    const all = recordings();
    expect(all.length).toBeGreaterThan(200);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const recording of all) expect(recording.bytes().length, recording.name).toBeGreaterThan(0);
    expect(recordings('gemini').every(({ dialectFolder }) => dialectFolder === 'gemini')).toBe(true);
    expect(() => recordings('no-such-folder')).toThrow('no-such-folder');
  });

  const rebuilt = recordings().filter((recording) => recording.rebuilt);
  testRecordings('framing is put back around payloads', rebuilt, async (recording) => {
    const payloads = (recording.companion('chunks.jsonl') ?? '').split('\n').filter(Boolean);
    if (recording.wire === 'aws-event-stream') {
      const frames = await collect(flattened(readAwsEventStream(whole(recording.bytes()), limits)));
      expect(frames.map(({ event, data }) => JSON.parse(`{"${event}":${data}}`))).toEqual(
        payloads.map((line) => JSON.parse(line)),
      );
      return;
    }
    const frames = await collect(flattened(readSse(whole(recording.bytes()), limits)));
    expect(frames.map(({ data }) => data)).toEqual(payloads);
    if (recording.dialectFolder === 'anthropic-messages') {
      expect(frames.map(({ event }) => event)).toEqual(payloads.map((line) => JSON.parse(line).type));
    }
  });
});

describe('chunkings', () => {
  test('keep the bytes, cut them as described, and are reproducible', async () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);
    for (const { name, cut } of [...chunkings, { name: 'in two', cut: cutAt(77) }]) {
      const pieces = await collect(cut(bytes));
      expect(Buffer.concat(pieces).equals(bytes), name).toBe(true);
      expect(await collect(cut(bytes)), name).toEqual(pieces);
    }
    const [one, all, few, many] = await Promise.all(chunkings.map(async ({ cut }) => (await collect(cut(bytes))).map(sizeOf)));
    expect([one, new Set(all)]).toEqual([[5000], new Set([1])]);
    expect([...new Set(few)].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(Math.max(...(many ?? []))).toBeLessThanOrEqual(1500);
  });
});

function sizeOf(bytes: Uint8Array): number {
  return bytes.length;
}
