import { describe, expect } from 'vitest';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import { readSse } from '../../../lib/wire/sse.ts';
import { check } from '../../support/checker/check.ts';
import { type Chunking, chunkings, whole } from '../../support/chunkings.ts';
import { grammarViolations } from '../../support/grammar.ts';
import { recordings, testRecordings } from '../../support/recordings.ts';
import { exceptions } from '../../support/truth/exceptions.ts';
import { truthOf } from '../../support/truth/truth-of.ts';
import { bytesFor, eventsOf } from './wire.ts';

const folder = recordings('openai-responses').filter(({ name }) => !exceptions[name]);
const sound = folder.filter(({ name }) => !name.includes('__error'));

const read = (bytes: Uint8Array, cut: Chunking = whole, passthrough = false): Promise<StreamEvent[]> =>
  eventsOf(readSse(cut(bytes), { maxFrameBytes: 1 << 20 }), passthrough);

describe('recorded Responses streams', () => {
  testRecordings('what we write says what the provider said', sound, async (recording) => {
    const bytes = recording.bytes();
    for (const passthrough of [false, true]) {
      const events = await read(bytes, whole, passthrough);
      expect(grammarViolations(events)).toEqual([]);
      const { violations, truth } = check('openai-responses', bytesFor(events), { expectError: false });
      expect(violations).toEqual([]);
      expect(truth).toEqual(truthOf({ format: 'openai-responses', bytes }));
    }
  });

  testRecordings('the same events come however the network cuts the bytes', sound, async (recording) => {
    const bytes = recording.bytes();
    const expected = await read(bytes, whole, true);
    for (const { cut } of chunkings) expect(await read(bytes, cut, true)).toEqual(expected);
  });

  testRecordings('what we wrote says the same when it is read again', sound, async (recording) => {
    const written = bytesFor(await read(recording.bytes(), whole, true));
    expect(bytesFor(await read(written, whole, true)).toString()).toBe(written.toString());
  });

  const failed = folder.filter((recording) => !sound.includes(recording));
  testRecordings('the provider’s failure is ours, with its words', failed, async (recording) => {
    const events = await read(recording.bytes());
    expect(events.map(({ type }) => type)).toEqual(['start', 'error']);
    expect(events.at(-1)).toMatchObject({ error: { kind: 'rate_limit_exceeded', message: /exceeded your current quota/ } });
  });
});
