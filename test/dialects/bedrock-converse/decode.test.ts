import { describe, expect, test } from 'vitest';
import { decode } from '../../../lib/dialects/bedrock-converse/decode.ts';
import { toSluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import { isObject, type Json, type JsonObject } from '../../../lib/stream/json.ts';
import { readAwsEventStream } from '../../../lib/wire/aws-event-stream.ts';
import type { Frame, Frames } from '../../../lib/wire/frame.ts';
import { flattened, oneByOne } from '../../support/batches.ts';
import { chunkings, whole } from '../../support/chunkings.ts';
import { collect } from '../../support/collect.ts';
import { grammarViolations } from '../../support/grammar.ts';
import { recordings, testRecordings } from '../../support/recordings.ts';
import { truthOf } from '../../support/truth/truth-of.ts';

const frame = (event: string, payload: JsonObject = {}): Frame => ({ event, data: JSON.stringify({ p: 'abc', ...payload }) });
const failure = (event: string, payload: JsonObject): Frame => ({ ...frame(event, payload), failure: true });
const start = (contentBlockIndex: number, start: JsonObject) => frame('contentBlockStart', { contentBlockIndex, start });
const delta = (contentBlockIndex: number, delta: JsonObject) => frame('contentBlockDelta', { contentBlockIndex, delta });
const stop = (contentBlockIndex: number) => frame('contentBlockStop', { contentBlockIndex });
const begin = frame('messageStart', { role: 'assistant' });
const end = (stopReason = 'end_turn') => frame('messageStop', { stopReason });
const usage = frame('metadata', { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } });

/** The events; what is thrown comes last, as an `error` event. */
async function decoded(frames: Frames, passthrough = false): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  try {
    for await (const event of flattened(decode(frames, { id: 'x', model: 'm', passthrough }))) events.push(event);
  } catch (thrown) {
    events.push({ type: 'error', error: toSluiceError(thrown) });
  }
  expect(grammarViolations(events)).toEqual([]);
  return events;
}

const of = (...frames: Frame[]) => oneByOne(frames);

const content = async (...frames: Frame[]) => (await decoded(of(begin, ...frames, end(), usage))).slice(1, -1);

async function errorOf(...frames: Frame[]) {
  const last = (await decoded(of(...frames))).at(-1);
  if (last?.type !== 'error') throw new Error('expected a failure');
  return last.error;
}

describe('decode', () => {
  test('accepts text without a start, and takes the usage that follows the finish', async () => {
    expect(await decoded(of(begin, delta(0, { text: 'Hi' }), delta(0, { text: '!' }), stop(0), end(), usage))).toEqual([
      { type: 'start', id: 'x', model: 'm' },
      { type: 'block-start', index: 0, block: { kind: 'text' } },
      { type: 'text-delta', index: 0, text: 'Hi' },
      { type: 'text-delta', index: 0, text: '!' },
      { type: 'block-end', index: 0 },
      { type: 'finish', reason: 'stop', rawReason: 'end_turn', usage: { input: 3, output: 2 } },
    ]);
  });

  test('ignores a block without text, and opens none for an empty start', async () => {
    expect(await content(delta(0, { text: '' }), stop(0), start(1, {}), delta(1, { text: 'a' }), stop(1))).toEqual([
      { type: 'block-start', index: 0, block: { kind: 'text' } },
      { type: 'text-delta', index: 0, text: 'a' },
      { type: 'block-end', index: 0 },
    ]);
  });

  test('keeps a reasoning signature byte for byte, and reads opaque reasoning as a whole', async () => {
    expect(
      await content(
        delta(0, { reasoningContent: { text: 'Hm' } }),
        delta(0, { reasoningContent: { signature: 'sig+/=' } }),
        stop(0),
        delta(1, { reasoningContent: { redactedContent: 'YQ==' } }),
        delta(1, { reasoningContent: { redactedContent: 'Yg==' } }),
        stop(1),
      ),
    ).toEqual([
      { type: 'block-start', index: 0, block: { kind: 'reasoning' } },
      { type: 'reasoning-delta', index: 0, text: 'Hm' },
      { type: 'signature-delta', index: 0, signature: 'sig+/=' },
      { type: 'block-end', index: 0 },
      { type: 'block-start', index: 1, block: { kind: 'redacted-reasoning', data: 'YWI=' } },
      { type: 'block-end', index: 1 },
    ]);
  });

  test('reads tool calls in order, and an empty object for one without arguments', async () => {
    expect(
      await content(
        start(0, { toolUse: { toolUseId: 't1', name: 'weather' } }),
        delta(0, { toolUse: { input: '{"city":' } }),
        delta(0, { toolUse: { input: '"Bonn"}' } }),
        stop(0),
        start(1, { toolUse: { toolUseId: 't2', name: 'now' } }),
        delta(1, { toolUse: { input: '' } }),
        stop(1),
      ),
    ).toEqual([
      { type: 'block-start', index: 0, block: { kind: 'tool', id: 't1', name: 'weather' } },
      { type: 'tool-delta', index: 0, json: '{"city":' },
      { type: 'tool-delta', index: 0, json: '"Bonn"}' },
      { type: 'block-end', index: 0 },
      { type: 'block-start', index: 1, block: { kind: 'tool', id: 't2', name: 'now' } },
      { type: 'tool-delta', index: 1, json: '{}' },
      { type: 'block-end', index: 1 },
    ]);
  });

  test('doesn’t report tools that Bedrock runs itself as client tool calls', async () => {
    const run = [
      start(0, { toolUse: { toolUseId: 't', name: 'nova_code_interpreter', type: 'server_tool_use' } }),
      delta(0, { toolUse: { input: '{"snippet":"1"}' } }),
      stop(0),
      start(1, { toolResult: { toolUseId: 't', status: 'success', type: 'nova_code_interpreter_result' } }),
      delta(1, { toolResult: [{ json: { stdOut: '1' } }] }),
      stop(1),
    ];
    expect(await content(...run)).toEqual([
      { type: 'block-start', index: 0, block: { kind: 'provider', name: 'nova_code_interpreter' } },
      { type: 'provider-delta', index: 0 },
      { type: 'block-end', index: 0 },
      { type: 'block-start', index: 1, block: { kind: 'provider', name: 'nova_code_interpreter_result' } },
      { type: 'provider-delta', index: 1 },
      { type: 'block-end', index: 1 },
    ]);
    const natives = (await decoded(of(begin, ...run, end(), usage), true)).flatMap((event) =>
      'passthrough' in event && event.type !== 'finish' ? [event.passthrough] : [],
    );
    expect(natives).toEqual([
      { start: { toolUse: { toolUseId: 't', name: 'nova_code_interpreter', type: 'server_tool_use' } } },
      { delta: { toolUse: { input: '{"snippet":"1"}' } } },
      { start: { toolResult: { toolUseId: 't', status: 'success', type: 'nova_code_interpreter_result' } } },
      { delta: { toolResult: [{ json: { stdOut: '1' } }] } },
    ]);
  });

  test('accepts a citation before its text', async () => {
    const citation = {
      title: 'A page',
      sourceContent: [{ text: 'one ' }, { text: 'two' }],
      location: { web: { url: 'https://example.com/', domain: 'example.com' } },
    };
    expect(await content(delta(0, { citation }), delta(0, { text: 'So it is.' }), stop(0))).toEqual([
      { type: 'block-start', index: 0, block: { kind: 'text' } },
      { type: 'citation-delta', index: 0, citation: { url: 'https://example.com/', title: 'A page', text: 'one two' } },
      { type: 'text-delta', index: 0, text: 'So it is.' },
      { type: 'block-end', index: 0 },
    ]);
  });

  test('assembles an image from pieces, and reports a failed image as a failure', async () => {
    const pieces = [start(0, { image: { format: 'png' } }), delta(0, { image: { source: { bytes: 'AAEC' } } })];
    expect(await content(...pieces, delta(0, { image: { source: { bytes: 'Aw==' } } }), stop(0))).toEqual([
      { type: 'block-start', index: 0, block: { kind: 'image', mediaType: 'image/png', data: 'AAECAw==' } },
      { type: 'block-end', index: 0 },
    ]);
    expect(await errorOf(begin, ...pieces, delta(0, { image: { error: { message: 'no such picture' } } }))).toMatchObject({
      kind: 'upstream_error',
      message: 'no such picture',
    });
    expect(await errorOf(begin, start(0, { image: { format: 'png' } }), stop(0))).toMatchObject({
      kind: 'upstream_protocol_error',
    });
  });

  test('keeps content of an unknown kind only for clients of this dialect', async () => {
    const frames = [
      start(0, { audio: { format: 'mp3' } }),
      delta(0, { audio: { bytes: 'AA==' } }),
      stop(0),
      frame('newEvent', { a: 1 }),
    ];
    expect((await content(...frames)).map(({ type }) => type)).toEqual(['block-start', 'provider-delta', 'block-end']);
    const events = await decoded(of(begin, ...frames, end(), usage), true);
    expect(events.slice(1, 5)).toEqual([
      {
        type: 'block-start',
        index: 0,
        block: { kind: 'provider', name: 'audio' },
        passthrough: { start: { audio: { format: 'mp3' } } },
      },
      { type: 'provider-delta', index: 0, passthrough: { delta: { audio: { bytes: 'AA==' } } } },
      { type: 'block-end', index: 0 },
      { type: 'extra', passthrough: { event: 'newEvent', payload: { a: 1 } } },
    ]);
  });

  test('starts a new block for text inside a reasoning block', async () => {
    expect(await content(delta(0, { reasoningContent: { text: 'Hm' } }), delta(0, { text: 'Hi' }), stop(0))).toEqual([
      { type: 'block-start', index: 0, block: { kind: 'reasoning' } },
      { type: 'reasoning-delta', index: 0, text: 'Hm' },
      { type: 'block-end', index: 0 },
      { type: 'block-start', index: 1, block: { kind: 'text' } },
      { type: 'text-delta', index: 1, text: 'Hi' },
      { type: 'block-end', index: 1 },
    ]);
  });

  test('accepts an answer without its first frame, and usage before the stop', async () => {
    const events = await decoded(of(delta(0, { text: 'a' }), usage, end()));
    expect(events[0]).toEqual({ type: 'start', id: 'x', model: 'm' });
    expect(events.at(-1)).toMatchObject({ type: 'finish', usage: { input: 3, output: 2 } });
  });

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['tool_use', 'tool-call'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['a_new_word', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', async (rawReason, reason) => {
    expect((await decoded(of(begin, end(rawReason)))).at(-1)).toEqual({ type: 'finish', reason, rawReason, usage: {} });
  });

  test.each(['malformed_model_output', 'malformed_tool_use'])('%s is an error', async (rawReason) => {
    const last = (await decoded(of(begin, end(rawReason)))).at(-1);
    expect(last).toMatchObject({ type: 'error', error: { kind: 'upstream_protocol_error' } });
    expect(last?.type === 'error' && last.error.message).toContain(rawReason);
  });

  test('adds up cached parts of the prompt, and leaves a missing count unknown', async () => {
    const usageOf = async (counts: JsonObject) => {
      const last = (await decoded(of(begin, end(), frame('metadata', { usage: counts })))).at(-1);
      return last?.type === 'finish' ? last.usage : undefined;
    };
    expect(await usageOf({ inputTokens: 12, outputTokens: 250, cacheReadInputTokens: 1028, cacheWriteInputTokens: 7 })).toEqual({
      input: 1047,
      output: 250,
      cacheRead: 1028,
      cacheWrite: 7,
    });
    expect(await usageOf({ inputTokens: 12, outputTokens: 0 })).toEqual({ input: 12, output: 0 });
    expect(await usageOf({ outputTokens: '5', inputTokens: -1 })).toEqual({});
  });

  test('keeps fields without a common name on the finish event', async () => {
    const events = await decoded(
      of(
        begin,
        frame('messageStop', { stopReason: 'end_turn', additionalModelResponseFields: { stop_sequence: 'x' } }),
        frame('metadata', {
          usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2, serverToolUsage: {} },
          metrics: { latencyMs: 5 },
          trace: { guardrail: {} },
        }),
      ),
      true,
    );
    expect(events.at(-1)).toMatchObject({
      passthrough: {
        messageStop: { additionalModelResponseFields: { stop_sequence: 'x' } },
        metadata: { usage: { totalTokens: 2 }, metrics: { latencyMs: 5 } },
      },
    });
  });

  test('treats an end without messageStop as a cut, whatever came before', async () => {
    expect(await errorOf(begin)).toMatchObject({ kind: 'upstream_cut' });
    expect(await errorOf(begin, delta(0, { text: 'a' }), stop(0))).toMatchObject({ kind: 'upstream_cut' });
    expect(await errorOf(begin, delta(0, { text: 'a' }), usage)).toMatchObject({ kind: 'upstream_cut' });
    expect(await errorOf()).toMatchObject({ kind: 'upstream_empty' });
  });

  test('fails on a broken connection before messageStop, and ignores it afterwards', async () => {
    async function* broken(...frames: Frame[]) {
      yield* oneByOne(frames);
      throw new Error('broken');
    }
    expect((await decoded(broken(begin, delta(0, { text: 'a' })))).at(-1)).toMatchObject({ type: 'error' });
    expect((await decoded(broken(begin, end()))).at(-1)).toMatchObject({ type: 'finish', usage: {} });
  });

  test.each([
    ['throttlingException', 'rate_limit_exceeded'],
    ['serviceUnavailableException', 'server_overloaded'],
    ['internalServerException', 'upstream_error'],
    ['modelStreamErrorException', 'upstream_error'],
    ['validationException', 'invalid_request'],
    ['modelTimeoutException', 'upstream_timeout'],
    ['accessDeniedException', 'provider_auth_error'],
    ['brandNewException', 'upstream_error'],
    ['InternalFailure', 'upstream_error'],
  ])('%s is %s at any point', async (name, kind) => {
    const exception = failure(name, { message: 'Because.' });
    for (const before of [[], [begin], [begin, delta(0, { text: 'a' })], [begin, end()]]) {
      expect(await errorOf(...before, exception)).toMatchObject({
        kind,
        message: expect.stringMatching(/^Because\./),
        upstream: { body: { message: 'Because.', __type: name.slice(0, 1).toUpperCase() + name.slice(1) } },
      });
    }
  });

  test("a model's own failure keeps what the model's host said", async () => {
    const exception = failure('modelStreamErrorException', {
      message: 'Failed.',
      originalStatusCode: 500,
      originalMessage: 'CUDA.',
    });
    expect(await errorOf(begin, exception)).toMatchObject({ message: 'Failed. CUDA.', upstream: { status: 502 } });
  });

  test('rejects what is not part of an answer', async () => {
    const kinds = async (...frames: Frame[]) => (await errorOf(begin, ...frames)).kind;
    expect(await kinds({ event: 'contentBlockDelta', data: 'no JSON' })).toBe('upstream_protocol_error');
    expect(await kinds({ event: 'contentBlockDelta', data: '[]' })).toBe('upstream_protocol_error');
    expect(await kinds(frame('contentBlockDelta', { delta: { text: 'a' } }))).toBe('upstream_protocol_error');
    expect(await kinds(delta(0, { toolUse: { input: '{}' } }))).toBe('upstream_protocol_error');
  });
});

describe('recorded streams', () => {
  testRecordings('say what is in them, whatever the cuts', recordings().filter(isConverse), async (recording) => {
    const truth = truthOf({ format: 'bedrock-converse', bytes: recording.bytes() });
    let first: StreamEvent[] | undefined;
    for (const { name, cut } of chunkings) {
      const events = await decoded(readAwsEventStream(cut(recording.bytes()), { maxFrameBytes: 1 << 24 }));
      first ??= events;
      expect(events, name).toEqual(first);
    }
    const events = first ?? [];
    const last = events.at(-1);
    expect(last?.type).toBe(truth.complete ? 'finish' : 'error');
    if (last?.type === 'finish') {
      expect(last).toMatchObject({ rawReason: truth.finish.raw, reason: truth.finish.reason, usage: truth.usage });
    }
    if (last?.type === 'error' && truth.error) expect(last.error.message).toContain(truth.error.message);
    expect(saidBy(events)).toEqual({
      text: truth.text,
      reasoning: truth.reasoning,
      signatures: truth.signatures,
      redacted: truth.redacted,
      tools: truth.tools,
    });
  });

  testRecordings('end in one error wherever they are cut before the stop', 'bedrock-converse', async (recording) => {
    const frames = await collect(flattened(readAwsEventStream(whole(recording.bytes()), { maxFrameBytes: 1 << 24 })));
    const stopAt = frames.findIndex(({ event }) => event === 'messageStop');
    for (let count = 0; count <= stopAt; count++) {
      const last = (await decoded(of(...frames.slice(0, count)))).at(-1);
      expect(last).toMatchObject({ type: 'error', error: { kind: count === 0 ? 'upstream_empty' : 'upstream_cut' } });
    }
  });

  testRecordings('keep every member of every frame for clients of this dialect', 'bedrock-converse', async (recording) => {
    const frames = readAwsEventStream(whole(recording.bytes()), { maxFrameBytes: 1 << 24 });
    const sent = await collect(flattened(frames));
    const events = await decoded(of(...sent), true);
    const kept = new Set(
      events.flatMap((event) => ('passthrough' in event && event.passthrough ? leaves(event.passthrough) : [])),
    );
    const said = new Set([
      'role',
      'stopReason',
      'contentBlockIndex',
      'text',
      'signature',
      'redactedContent',
      'toolUseId',
      'name',
      'input',
    ]);
    const counts = new Set(['inputTokens', 'outputTokens', 'cacheReadInputTokens', 'cacheWriteInputTokens', 'p']);
    for (const { data } of sent) {
      const missing = leaves(JSON.parse(data) as Json).filter((name) => !said.has(name) && !counts.has(name) && !kept.has(name));
      expect(missing).toEqual([]);
    }
  });
});

function isConverse({ name }: { name: string }): boolean {
  return /bedrock-converse\/|_synthetic\/bedrock-converse/.test(name);
}

/** The names of all members that are no objects. */
function leaves(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => (isObject(member) || Array.isArray(member) ? leaves(member) : [name]));
}

function saidBy(events: StreamEvent[]) {
  const tools: { id: string; name: string; json: string }[] = [];
  const said = { text: '', reasoning: '', signatures: [] as string[], redacted: [] as string[] };
  for (const event of events) {
    if (event.type === 'text-delta') said.text += event.text;
    if (event.type === 'reasoning-delta') said.reasoning += event.text;
    if (event.type === 'signature-delta') said.signatures.push(event.signature);
    if (event.type === 'block-start' && event.block.kind === 'redacted-reasoning') said.redacted.push(event.block.data);
    if (event.type === 'block-start' && event.block.kind === 'tool') tools.push({ ...event.block, json: '' });
    const tool = tools.at(-1);
    if (event.type === 'tool-delta' && tool) tool.json += event.json;
  }
  return { ...said, tools: tools.map(({ id, name, json }) => ({ id, name, arguments: argumentsOf(json) })) };
}

/** The value, or the text where it was cut. */
function argumentsOf(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return json;
  }
}
