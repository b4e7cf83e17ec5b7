import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import { isObject, type JsonObject } from '../../../lib/stream/json.ts';
import { readSse } from '../../../lib/wire/sse.ts';
import { chunkings, whole } from '../../support/chunkings.ts';
import { type Recording, recordings, testRecordings } from '../../support/recordings.ts';
import { truthOf } from '../../support/truth/truth-of.ts';
import { decoded } from './wire.ts';

const limits = { maxFrameBytes: 1 << 20 };
const own = recordings('gemini');
const synthetic = own.length > 0 ? recordings('_synthetic').filter(({ name }) => name.includes('/gemini-')) : [];

const all = (events: readonly StreamEvent[], pick: (event: StreamEvent) => string) => events.map(pick).join('');

/** The calls with the JSON that was streamed for each. */
function callsOf(events: readonly StreamEvent[]) {
  return events.flatMap((event) => {
    if (event.type !== 'block-start' || event.block.kind !== 'tool') return [];
    const { index, block } = event;
    const json = all(events, (piece) => (piece.type === 'tool-delta' && piece.index === index ? piece.json : ''));
    return [{ id: block.id, name: block.name, arguments: JSON.parse(json) }];
  });
}

/** Signatures exactly as in the bytes, on parts that a client can send back. */
function signaturesIn(recording: Recording): string[] {
  const chunks = [
    ...Buffer.from(recording.bytes())
      .toString()
      .matchAll(/^data: (.*)$/gm),
  ].map(([, json = '']) => JSON.parse(json));
  const parts: JsonObject[] = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
  return parts.flatMap((part) =>
    typeof part.thoughtSignature === 'string' && (part.text !== undefined || isObject(part.functionCall))
      ? [part.thoughtSignature]
      : [],
  );
}

describe('recorded streams of Gemini', () => {
  testRecordings('are read as they are, however they are cut', [...own, ...synthetic], async (recording) => {
    const truth = truthOf({ format: 'gemini', bytes: recording.bytes() });
    const readings: StreamEvent[][] = [];
    for (const { cut } of chunkings) readings.push(await decoded(readSse(cut(recording.bytes()), limits)));
    const [events = [], ...others] = readings;
    for (const other of others) expect(other).toEqual(events);

    expect(all(events, (event) => (event.type === 'text-delta' ? event.text : ''))).toBe(truth.text);
    expect(all(events, (event) => (event.type === 'reasoning-delta' ? event.text : ''))).toBe(truth.reasoning);
    const calls = callsOf(events);
    expect(calls).toMatchObject(truth.tools);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(truth.tools.length);
    const last = events.at(-1);
    if (truth.error)
      expect(last).toMatchObject({ type: 'error', error: { message: expect.stringContaining(truth.error.message) } });
    else {
      const { raw, reason } = truth.finish;
      expect(last).toEqual({ type: 'finish', reason, rawReason: raw, usage: truth.usage });
    }
  });

  testRecordings('keep every signature byte by byte', own, async (recording) => {
    const events = await decoded(readSse(whole(recording.bytes()), limits));
    const signatures = events.flatMap((event) => (event.type === 'signature-delta' ? [event.signature] : []));
    expect(signatures).toEqual(signaturesIn(recording));
  });

  testRecordings('are an error and a true beginning when they end before the finish', own, async (recording) => {
    const bytes = recording.bytes();
    const { text } = truthOf({ format: 'gemini', bytes });
    const finish = Buffer.from(bytes).lastIndexOf('"finishReason"');
    for (let end = 0; end < finish; end += Math.ceil(finish / 20)) {
      const events = await decoded(readSse(whole(bytes.subarray(0, end)), limits));
      expect(events.at(-1)?.type).toBe('error');
      expect(text.startsWith(all(events, (event) => (event.type === 'text-delta' ? event.text : '')))).toBe(true);
    }
  });

  test('need a folder of recordings', () => {
    if (process.env.RECORDINGS_DIR) expect(own.length + synthetic.length).toBeGreaterThan(15);
  });
});
