import { describe, expect } from 'vitest';
import { openaiChat } from '../../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../../lib/dialects/openai-chat/upstream.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import { isObject, type JsonObject } from '../../../lib/stream/json.ts';
import type { Bytes } from '../../../lib/wire/frame.ts';
import { readSse } from '../../../lib/wire/sse.ts';
import { flattened } from '../../support/batches.ts';
import { check } from '../../support/checker/check.ts';
import { chunkings, whole } from '../../support/chunkings.ts';
import { grammarViolations } from '../../support/grammar.ts';
import { type Recording, recordings, testRecordings } from '../../support/recordings.ts';
import { plainEvents } from '../../support/truth/plain-sse.ts';
import { objectOf, parsed } from '../../support/truth/truth.ts';
import { truthOf } from '../../support/truth/truth-of.ts';

/** Streams that are filed here and are another dialect's. */
const others = /assistants-run|replicate|watsonx|writer-completions|responses-web-search/;

/** Hand-made ones of this dialect, among those of others. */
const synthetic = /deepseek|empower|openai-midstream|odd-framing|predictionguard-chat|vllm/;

const folders = ['openai-chat', 'deepseek', 'groq', 'mistral', 'openai-compatible', 'xai'];
const chats = [
  ...folders.flatMap((folder) => recordings(folder)).filter(({ name, wire }) => wire === 'sse' && !others.test(name)),
  ...recordings('_synthetic').filter(({ name }) => synthetic.test(name)),
];

const request = openaiChat.parse({ model: 'm', messages: 'Hi', stream: true, stream_options: { include_usage: true } });

async function decoded(bytes: Bytes, passthrough: boolean, recording: Recording): Promise<StreamEvent[]> {
  const upstream = openaiChatUpstream(recording.name.includes('snowflake') ? { finishOptional: true } : {});
  const events: StreamEvent[] = [];
  try {
    const frames = readSse(bytes, { maxFrameBytes: 1 << 25 });
    const context = { id: 'ours', model: 'asked', passthrough };
    for await (const event of flattened(upstream.decode(frames, context))) events.push(event);
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    events.push({ type: 'error', error: thrown });
  }
  return events;
}

function encoded(events: readonly StreamEvent[]): Uint8Array {
  const encoder = openaiChat.encoder({ request, requestId: 'req_1', id: 'chatcmpl-1', model: 'm', created: 1 });
  const frames = events.flatMap((event) => [...encoder.write(event)]);
  return Buffer.from(frames.map((frame) => openaiChat.write(frame)).join(''));
}

/** The leaves of a stream's objects, as `choices.delta.audio: "x"`, but for those the product may write otherwise. */
function leaves(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, path));
  if (isObject(value)) return Object.entries(value).flatMap(([name, member]) => leaves(member, path ? `${path}.${name}` : name));
  return value === null ? [] : [`${path}: ${JSON.stringify(value)}`];
}

/**
 * What a same-dialect stream need not hold of its input: what is said in another spelling or another place, copies of
 * the delta, and empty texts. Of padding and timestamps the later ones stand where two chunks are told as one.
 */
const rewritten =
  /^(id|object|created|model|choices\.(index|finish_reason|message\.|text|usage|delta\.(role|content|refusal|reasoning_content|tool_calls))|x_groq\.usage|obfuscation|sla_metrics)|: ""$/;

function payloads(bytes: Uint8Array): JsonObject[] {
  return plainEvents(bytes).map(({ data }) => objectOf(parsed(data)));
}

describe('recorded chat completions', () => {
  testRecordings('decode to the same valid events however they are cut', chats, async (recording) => {
    const bytes = recording.bytes();
    const expected = await decoded(whole(bytes), true, recording);
    expect(grammarViolations(expected)).toEqual([]);
    for (const { cut } of chunkings) expect(await decoded(cut(bytes), true, recording)).toEqual(expected);
  });

  testRecordings('say to a chat client what the provider said', chats, async (recording) => {
    const bytes = recording.bytes();
    const truth = truthOf({ format: 'openai-chat', bytes });
    for (const passthrough of [true, false]) {
      const { violations, truth: shown } = check('openai-chat', encoded(await decoded(whole(bytes), passthrough, recording)), {
        showUsage: true,
      });
      expect(violations).toEqual([]);
      if (truth.error) {
        expect(shown.error?.message).toBe(`${truth.error.message} (request req_1)`);
        continue;
      }
      expect({ ...shown, usage: {}, finish: {}, complete: true }).toEqual({ ...truth, usage: {}, finish: {}, complete: true });
      expect(shown.usage).toMatchObject(
        passthrough ? truth.usage : { input: truth.usage.input ?? 0, output: truth.usage.output ?? 0 },
      );
    }
  });

  testRecordings('keep every member for a client of the same dialect', chats, async (recording) => {
    const bytes = recording.bytes();
    const shown = new Set(payloads(encoded(await decoded(whole(bytes), true, recording))).flatMap((payload) => leaves(payload)));
    // An error ends the stream and is told in our own form; usage is cumulative, so that the last one is the one shown.
    const given = payloads(bytes).filter((payload) => !payload.error);
    const lastUsage = given.findLast((payload) => payload.usage);
    const expected = given
      .flatMap((payload) => leaves(payload === lastUsage ? payload : { ...payload, usage: null }))
      .filter((leaf) => !rewritten.test(leaf));
    if (truthOf({ format: 'openai-chat', bytes }).error) return;
    expect(expected.filter((leaf) => !shown.has(leaf))).toEqual([]);
  });

  testRecordings('fail when they are cut before the finish', chats, async (recording) => {
    const bytes = recording.bytes();
    const text = new TextDecoder('latin1').decode(bytes);
    const finish = recording.name.includes('snowflake') ? text.indexOf('[DONE]') : text.search(/"finish_reason": ?"/);
    const positions = Array.from({ length: 20 }, (_, step) => Math.floor((finish * step) / 20));
    for (const position of positions) {
      const events = await decoded(whole(bytes.subarray(0, position)), true, recording);
      expect(events.at(-1)?.type).toBe('error');
      expect(grammarViolations(events)).toEqual([]);
    }
  });
});
