import { describe, expect, test } from 'vitest';
import { invokedFamily } from '../../../lib/dialects/bedrock-invoke/families.ts';
import { toSluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { flattened, oneByOne } from '../../support/batches.ts';
import { grammarViolations } from '../../support/grammar.ts';

const metrics = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 3, outputTokenCount: 4 } };
const exception: Frame = { event: 'modelTimeoutException', data: '{"message":"Too long."}', failure: true };

async function eventsOf(model: string, ...said: (JsonObject | Frame)[]): Promise<StreamEvent[]> {
  const family = invokedFamily(model);
  const events: StreamEvent[] = [];
  const frames = said.map((one) => ('data' in one && 'failure' in one ? (one as Frame) : { data: JSON.stringify(one) }));
  try {
    const context = { id: 'a', model, passthrough: false };
    const batches = family?.dialect.decode(oneByOne(frames), context);
    for await (const event of batches ? flattened(batches) : []) events.push(event);
  } catch (thrown) {
    events.push({ type: 'error', error: toSluiceError(thrown) });
  }
  expect(grammarViolations(events)).toEqual([]);
  return events;
}

const textOf = (events: StreamEvent[]) => events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');

async function said(model: string, ...frames: (JsonObject | Frame)[]) {
  const events = await eventsOf(model, ...frames);
  const last = events.at(-1);
  const text = textOf(events);
  if (last?.type === 'finish') return { text, reason: last.reason, rawReason: last.rawReason, usage: last.usage };
  return { text, error: last?.type === 'error' ? last.error.kind : undefined };
}

describe('a text model on Bedrock', () => {
  test.each<[string, JsonObject[], object]>([
    [
      'anthropic.claude-v2',
      [
        { completion: ' Hi', stop_reason: null, stop: null },
        { completion: '', stop_reason: 'stop_sequence', stop: '\n\nHuman:', ...metrics },
      ],
      { text: ' Hi', reason: 'stop', rawReason: 'stop_sequence' },
    ],
    [
      'cohere.command-r-v1:0',
      [
        { event_type: 'text-generation', text: 'Hi', is_finished: false },
        { event_type: 'stream-end', finish_reason: 'MAX_TOKENS', response: { text: 'Hi' }, is_finished: true, ...metrics },
      ],
      { text: 'Hi', reason: 'length' },
    ],
    [
      'meta.llama3-8b-instruct-v1:0',
      [
        { generation: 'Hi', stop_reason: null },
        { generation: '', stop_reason: 'stop', ...metrics },
      ],
      { text: 'Hi', reason: 'stop' },
    ],
    [
      'amazon.titan-text-express-v1',
      [{ outputText: 'Hi', index: 0, completionReason: 'CONTENT_FILTERED', ...metrics }],
      { text: 'Hi', reason: 'content-filter' },
    ],
    [
      'mistral.mistral-7b-instruct-v0:2',
      [{ outputs: [{ text: 'Hi', stop_reason: 'brand_new' }], ...metrics }],
      { text: 'Hi', reason: 'other' },
    ],
  ])('%s: reads chunks to its own stop reason', async (model, chunks, expected) => {
    expect(await said(model, ...chunks)).toMatchObject({ ...expected, usage: { input: 3, output: 4 } });
  });

  test('reads counts after the stop reason, and adds cached parts to the prompt', async () => {
    const counts = { ...metrics['amazon-bedrock-invocationMetrics'], cacheReadInputTokenCount: 5 };
    expect(
      await said(
        'anthropic.claude-v2',
        { completion: 'Hi', stop_reason: 'max_tokens' },
        { 'amazon-bedrock-invocationMetrics': counts },
      ),
    ).toMatchObject({ reason: 'length', usage: { input: 8, output: 4, cacheRead: 5 } });
  });

  test('reports a prompt that a guardrail blocked as filtered, with the guardrail’s text', async () => {
    const chunk = { outputText: 'Input blocked', index: 0.0, 'amazon-bedrock-guardrailAction': 'INTERVENED' };
    const trace = { 'amazon-bedrock-trace': { guardrail: {} } };
    expect(await said('amazon.titan-text-express-v1', { ...chunk, ...trace })).toMatchObject({
      text: 'Input blocked',
      reason: 'content-filter',
      rawReason: 'guardrail_intervened',
    });
    expect(await said('amazon.titan-text-express-v1', chunk)).toMatchObject({ error: 'upstream_cut' });
  });

  test('fails on an end without a stop reason or without any text', async () => {
    expect(await said('anthropic.claude-v2', { completion: 'Hi', stop_reason: null })).toEqual({
      text: 'Hi',
      error: 'upstream_cut',
    });
    expect(await said('anthropic.claude-v2')).toEqual({ text: '', error: 'upstream_empty' });
  });

  test('reports an exception as the failure it names, after the stop reason too', async () => {
    const chunk = { completion: 'Hi', stop_reason: 'stop_sequence' };
    expect(await said('anthropic.claude-v2', chunk, exception)).toEqual({ text: 'Hi', error: 'upstream_timeout' });
    expect(await said('ai21.jamba-1-5-mini-v1:0', exception)).toEqual({ text: '', error: 'upstream_timeout' });
    expect(await said('amazon.nova-lite-v1:0', exception)).toEqual({ text: '', error: 'upstream_timeout' });
  });
});

describe('Nova', () => {
  const delta = (contentBlockIndex: number, text: string) => ({ contentBlockDelta: { contentBlockIndex, delta: { text } } });
  const stop = (contentBlockIndex: number) => ({ contentBlockStop: { contentBlockIndex } });

  test('joins blocks for single deltas into one block, which a call ends', async () => {
    const events = await eventsOf(
      'amazon.nova-lite-v1:0',
      { messageStart: { role: 'assistant' } },
      delta(0, 'Let '),
      stop(0),
      delta(1, 'me.'),
      stop(1),
      { contentBlockStart: { contentBlockIndex: 2, start: { toolUse: { toolUseId: 'i', name: 'f' } } } },
      { contentBlockDelta: { contentBlockIndex: 2, delta: { toolUse: { input: '{}' } } } },
      stop(2),
      delta(3, 'So.'),
      stop(3),
      { messageStop: { stopReason: 'tool_use' } },
      { metadata: { usage: { inputTokens: 1, outputTokens: 2, cacheReadInputTokenCount: 3 } } },
    );
    const blocks = events.flatMap((event) => (event.type === 'block-start' ? [event.block.kind] : []));
    expect(blocks).toEqual(['text', 'tool', 'text']);
    expect(textOf(events)).toBe('Let me.So.');
    expect(events.at(-1)).toMatchObject({ reason: 'tool-call', usage: { input: 4, output: 2, cacheRead: 3 } });
  });
});

describe('models with chat completions format', () => {
  test('reads Jamba’s deltas, and usage in Bedrock’s metrics', async () => {
    expect(
      await said(
        'ai21.jamba-1-5-large-v1:0',
        { id: 'c', choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }] },
        { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], ...metrics },
      ),
    ).toMatchObject({ text: 'Hi', reason: 'stop', usage: { input: 3, output: 4 } });
  });

  test('reads Mistral’s messages and stop reasons', async () => {
    const call = { id: 'i', function: { name: 'f', arguments: '{"a":1}' } };
    const events = await eventsOf(
      'mistral.mistral-large-2407-v1:0',
      { choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, stop_reason: null }] },
      {
        choices: [{ index: 0, message: { role: 'assistant', content: '', tool_calls: [call] }, stop_reason: 'tool_calls' }],
        ...metrics,
      },
    );
    expect(textOf(events)).toBe('Hi');
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool-delta', json: '{"a":1}' }));
    expect(events.at(-1)).toMatchObject({ reason: 'tool-call', usage: { input: 3, output: 4 } });
  });
});
