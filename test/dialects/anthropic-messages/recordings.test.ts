import { describe, expect } from 'vitest';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { readSse } from '../../../lib/wire/sse.ts';
import { check } from '../../support/checker/check.ts';
import { type Chunking, chunkings, whole } from '../../support/chunkings.ts';
import { grammarViolations } from '../../support/grammar.ts';
import { recordings, testRecordings } from '../../support/recordings.ts';
import { plainEvents } from '../../support/truth/plain-sse.ts';
import { truthOf } from '../../support/truth/truth-of.ts';
import { bytesFor, eventsOf, framesOf, payloadsFor } from './wire.ts';

const folder = 'anthropic-messages';
const spliced = 'vercel-ai__spliced-message-start';
const sound = recordings(folder).filter(({ name }) => !name.includes(spliced));
/** Several answers one after the other in one file; the first is the answer. */
const programmatic = recordings(folder).filter(({ name }) => name.includes('programmatic-tools'));

const read = (bytes: Uint8Array, cut: Chunking = whole, passthrough = false): Promise<StreamEvent[]> =>
  eventsOf(readSse(cut(bytes), { maxFrameBytes: 1 << 20 }), passthrough);

const payloadsOf = (bytes: Uint8Array): JsonObject[] => {
  const payloads = plainEvents(bytes).map(({ data }) => JSON.parse(data) as JsonObject);
  return payloads.slice(0, payloads.findIndex(({ type }) => type === 'message_stop') + 1);
};

describe('recorded Messages streams', () => {
  testRecordings('what we write says what the provider said', sound, async (recording) => {
    const bytes = recording.bytes();
    for (const passthrough of [false, true]) {
      const events = await read(bytes, whole, passthrough);
      expect(grammarViolations(events)).toEqual([]);
      const { violations, terminal, truth } = check('anthropic-messages', bytesFor(events));
      expect(violations).toEqual([]);
      expect(terminal).toBe('finish');
      const { refusal: _, ...expected } = truthOf({ format: 'anthropic-messages', bytes });
      expect({ ...truth, finish: truth.finish.reason }).toMatchObject({ ...expected, finish: expected.finish.reason });
    }
  });

  testRecordings('the same events come however the network cuts the bytes', sound, async (recording) => {
    const bytes = recording.bytes();
    const expected = await read(bytes, whole, true);
    for (const { cut } of chunkings) expect(await read(bytes, cut, true)).toEqual(expected);
  });

  testRecordings('every field of the provider reaches a client of the same dialect', sound, async (recording) => {
    const bytes = recording.bytes();
    const written = payloadsFor(await read(bytes, whole, true)) as Json;
    expect(folded(written)).toMatchObject(folded(payloadsOf(bytes)));
  });

  testRecordings('decoding what we wrote gives the same events', sound, async (recording) => {
    const events = await read(recording.bytes(), whole, true);
    const again = await read(bytesFor(events), whole, true);
    expect(again).toEqual(events);
  });

  testRecordings('cut anywhere before its stop, a stream ends in one error after a true beginning', sound, async (recording) => {
    const payloads = payloadsOf(recording.bytes());
    const complete = JSON.stringify(payloadsFor(await eventsOf(framesOf(payloads), false)).map(withoutTerminal));
    const stopAt = payloads.findIndex(({ type }) => type === 'message_delta');
    for (let end = 0; end <= stopAt; end++) {
      const events = await eventsOf(framesOf(payloads.slice(0, end)), false);
      expect(events.at(-1)).toMatchObject({ type: 'error', error: { kind: end === 0 ? 'upstream_empty' : 'upstream_cut' } });
      expect(grammarViolations(events)).toEqual([]);
      const said = JSON.stringify(payloadsFor(events.slice(0, -1)).map(withoutTerminal));
      expect(complete.startsWith(said.slice(0, -1))).toBe(true);
    }
    const finished = await eventsOf(framesOf(payloads.slice(0, stopAt + 1)), false);
    expect(finished.at(-1)).toMatchObject({ type: 'finish' });
  });

  const splicedRecording = recordings(folder).filter(({ name }) => name.includes(spliced));
  testRecordings('a second attempt spliced into the first is an error', splicedRecording, async (recording) => {
    const events = await read(recording.bytes());
    expect(grammarViolations(events)).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { kind: 'upstream_protocol_error' } });
  });

  testRecordings('a resumed programmatic call comes whole in its start', programmatic, async (recording) => {
    const payloads = plainEvents(recording.bytes()).map(({ data }) => JSON.parse(data) as JsonObject);
    const second = payloads.findIndex(({ type }) => type === 'message_stop') + 1;
    const events = await eventsOf(framesOf(payloads.slice(second, second + 2)));
    expect(grammarViolations(events)).toEqual([]);
    expect(events.map(({ type }) => type)).toEqual(['start', 'block-start', 'tool-delta', 'block-end', 'finish']);
    expect(events.at(-1)).toMatchObject({ reason: 'tool-call', rawReason: 'tool_use' });
  });
});

function withoutTerminal(payload: JsonObject): JsonObject {
  return payload.type === 'message_delta' || payload.type === 'message_stop' ? {} : payload;
}

/**
 * A stream with what we do not keep made alike on both sides: pings; deltas of no text and the cuts between deltas of
 * one kind; the message that proxies start twice; `{}` for a call whose arguments never came; whether a tool's
 * arguments came with its start.
 */
function folded(payloads: Json): JsonObject[] {
  const blocks: JsonObject[] = [];
  const all = payloads as JsonObject[];
  for (const payload of all) {
    const last = blocks.at(-1);
    const delta = payload.delta as JsonObject | undefined;
    if (payload.type === 'ping' || payload.type === 'content_block_stop') continue;
    if (payload.type === 'message_start' && blocks.some(({ type }) => type === 'message_start')) continue;
    if (payload.type === 'content_block_start') {
      const { input, ...block } = payload.content_block as JsonObject;
      const given = block.type === 'tool_use' && Object.keys((input ?? {}) as JsonObject).length > 0 ? JSON.stringify(input) : '';
      const own = block.type === 'tool_use' ? {} : { ...(input !== undefined && { input }) };
      blocks.push({ ...payload, content_block: { ...block, ...own }, deltas: given && [given] });
    } else if (payload.type === 'content_block_delta' && last && delta) {
      const said = [delta.text, delta.thinking, delta.partial_json].find((piece) => typeof piece === 'string');
      const block = last.content_block as JsonObject;
      if (typeof said === 'string') {
        const joined = `${Array.isArray(last.deltas) ? last.deltas[0] : ''}${said}`;
        if (joined !== '' && !(block.type === 'tool_use' && joined === '{}')) last.deltas = [joined];
      } else last.others = [...((last.others ?? []) as Json[]), delta];
    } else blocks.push(payload);
  }
  return blocks;
}
