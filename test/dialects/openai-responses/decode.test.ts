import { describe, expect, test } from 'vitest';
import { openaiResponsesUpstream } from '../../../lib/dialects/openai-responses/upstream.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { grammarViolations } from '../../support/grammar.ts';
import { eventsOf, framesOf } from './wire.ts';

const created: JsonObject = { type: 'response.created', response: { id: 'resp_1', model: 'gpt', status: 'in_progress' } };
const answerState: JsonObject = { type: 'response.in_progress', response: { id: 'resp_1', model: 'gpt' } };
const completed = (response: JsonObject = {}): JsonObject => ({
  type: 'response.completed',
  response: { id: 'resp_1', model: 'gpt', status: 'completed', ...response },
});
const added = (output_index: number, item: JsonObject): JsonObject => ({
  type: 'response.output_item.added',
  output_index,
  item,
});
const done = (output_index: number, item: JsonObject): JsonObject => ({ type: 'response.output_item.done', output_index, item });
const message: JsonObject = { id: 'msg_1', type: 'message', role: 'assistant', content: [] };
const call: JsonObject = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'f', arguments: '' };
const text = (output_index: number, delta: string, content_index = 0): JsonObject => ({
  type: 'response.output_text.delta',
  output_index,
  content_index,
  delta,
});
const json = (output_index: number, delta: string): JsonObject => ({
  type: 'response.function_call_arguments.delta',
  output_index,
  delta,
});
const wholeJson = (output_index: number, all: string): JsonObject => ({
  type: 'response.function_call_arguments.done',
  output_index,
  arguments: all,
});
const answer = [added(0, message), text(0, 'Hi'), done(0, { ...message, content: [{ type: 'output_text', text: 'Hi' }] })];

/** The events as one line each, without start and usage. */
function lines(events: readonly StreamEvent[]): string[] {
  expect(grammarViolations(events)).toEqual([]);
  return events.flatMap((event) => {
    switch (event.type) {
      case 'start':
        return [];
      case 'block-start':
        return `${event.index} ${Object.values(event.block).join(' ')}`;
      case 'text-delta':
      case 'reasoning-delta':
        return `${event.index} "${event.text}"`;
      case 'tool-delta':
        return `${event.index} ${event.json}`;
      case 'signature-delta':
        return `${event.index} signed ${event.signature}`;
      case 'citation-delta':
        return `${event.index} cites ${event.citation.url ?? event.citation.title}`;
      case 'finish':
        return `${event.reason} (${event.rawReason})`;
      case 'error':
        return `${event.error.kind}: ${event.error.message}`;
      default:
        return event.type;
    }
  });
}

const read = async (...payloads: JsonObject[]) => lines(await eventsOf(framesOf(payloads)));

describe('decode', () => {
  test('reads the id and the model from the first event that has them', async () => {
    const [start] = await eventsOf(framesOf([created, ...answer, completed()]));
    expect(start).toEqual({ type: 'start', id: 'resp_1', model: 'gpt' });
    const [resumed] = await eventsOf(framesOf([{ ...answerState, type: 'response.queued' }, ...answer, completed()]));
    expect(resumed).toEqual({ type: 'start', id: 'resp_1', model: 'gpt' });
    const [unnamed] = await eventsOf(framesOf([...answer, completed()]));
    expect(unnamed).toEqual({ type: 'start', id: 'fallback', model: 'fallback-model' });
  });

  test('reads each message part and each kind of reasoning as a block', async () => {
    expect(
      await read(
        created,
        added(0, { id: 'rs', type: 'reasoning', summary: [] }),
        { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'First' },
        { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 1, delta: 'Then' },
        done(0, { id: 'rs', type: 'reasoning', summary: [], encrypted_content: 'gAAAAx' }),
        added(1, { id: 'rs2', type: 'reasoning', summary: [] }),
        { type: 'response.reasoning_text.delta', output_index: 1, content_index: 0, delta: 'Hm' },
        done(1, { id: 'rs2', type: 'reasoning', summary: [] }),
        added(2, { id: 'rs3', type: 'reasoning', summary: [] }),
        done(2, { id: 'rs3', type: 'reasoning', summary: [], encrypted_content: 'gAAAAy' }),
        added(3, { id: 'rs4', type: 'reasoning', summary: [] }),
        done(3, { id: 'rs4', type: 'reasoning', summary: [] }),
        added(4, message),
        text(4, 'Hi'),
        { type: 'response.refusal.delta', output_index: 4, content_index: 1, delta: 'No.' },
        done(4, message),
        completed(),
      ),
    ).toEqual([
      '0 reasoning',
      '0 "First"',
      'block-end',
      '1 reasoning',
      '1 "Then"',
      '1 signed gAAAAx',
      'block-end',
      '2 reasoning',
      '2 "Hm"',
      'block-end',
      '3 redacted-reasoning gAAAAy',
      'block-end',
      '4 text',
      '4 "Hi"',
      'block-end',
      '5 text true',
      '5 "No."',
      'block-end',
      'refusal (completed)',
    ]);
  });

  test('delivers an image once it is complete', async () => {
    const item = { id: 'ig_1', type: 'image_generation_call', status: 'in_progress' };
    const partial = { type: 'response.image_generation_call.partial_image', output_index: 0, partial_image_b64: 'AA==' };
    const whole = { ...item, status: 'completed', result: 'AAEC', output_format: 'webp' };
    expect(await read(created, added(0, item), partial, done(0, whole), completed())).toEqual([
      '0 image image/webp AAEC',
      'block-end',
      'stop (completed)',
    ]);
  });

  test('reads arguments once, from any of the events that carry them', async () => {
    const expected = ['0 tool call_1 f', '0 {"a":1}', 'block-end', 'tool-call (completed)'];
    const whole = { ...call, arguments: '{"a":1}' };
    expect(await read(created, added(0, call), json(0, '{"a":1}'), wholeJson(0, '{"a":1}'), done(0, whole), completed())).toEqual(
      expected,
    );
    expect(await read(created, added(0, call), wholeJson(0, '{"a":1}'), done(0, whole), completed())).toEqual(expected);
    expect(await read(created, added(0, call), done(0, whole), completed())).toEqual(expected);
    expect(await read(created, added(0, whole), completed())).toEqual(expected);
    expect(await read(created, done(0, whole), completed())).toEqual(expected);
    expect(await read(completed({ output: [whole] }))).toEqual(expected);
  });

  test('reads a call without arguments', async () => {
    expect(await read(created, added(0, call), wholeJson(0, ''), done(0, call), completed())).toEqual([
      '0 tool call_1 f',
      '0 {}',
      'block-end',
      'tool-call (completed)',
    ]);
  });

  test('reads text once, from any of the events that carry it', async () => {
    const expected = ['0 text', '0 "Hi"', 'block-end', 'stop (completed)'];
    const whole = { ...message, content: [{ type: 'output_text', text: 'Hi' }] };
    const ofPart = { output_index: 0, content_index: 0 };
    expect(
      await read(
        created,
        added(0, message),
        text(0, 'Hi'),
        { type: 'response.output_text.done', ...ofPart, text: 'Hi' },
        done(0, whole),
        completed(),
      ),
    ).toEqual(expected);
    expect(
      await read(created, added(0, message), { type: 'response.output_text.done', ...ofPart, text: 'Hi' }, completed()),
    ).toEqual(expected);
    expect(
      await read(
        created,
        added(0, message),
        { type: 'response.content_part.done', ...ofPart, part: { type: 'output_text', text: 'Hi' } },
        completed(),
      ),
    ).toEqual(expected);
    expect(await read(created, added(0, message), done(0, whole), completed())).toEqual(expected);
    expect(await read(created, text(0, 'Hi'), completed())).toEqual(expected);
    expect(await read(completed({ output: [whole] }))).toEqual(expected);
  });

  test('identifies items by index, although ids change, indexes have gaps and items interleave', async () => {
    const second = { ...call, id: 'fc_2', call_id: 'call_2', name: 'g' };
    expect(
      await read(
        created,
        added(0, call),
        added(5, second),
        { ...json(5, '{"b":'), item_id: 'other' },
        json(0, '{}'),
        json(5, '2}'),
        done(5, { ...second, id: 'another' }),
        done(0, call),
        completed(),
      ),
    ).toEqual([
      '0 tool call_1 f',
      '0 {}',
      'block-end',
      '1 tool call_2 g',
      '1 {"b":',
      '1 2}',
      'block-end',
      'tool-call (completed)',
    ]);
  });

  test('reads each citation once', async () => {
    const page = { type: 'url_citation', url: 'https://example.com', title: 'Example', start_index: 0, end_index: 2 };
    const file = { type: 'file_citation', filename: 'notes.txt', file_id: 'file_1' };
    const cited = { type: 'response.output_text.annotation.added', output_index: 0, content_index: 0, annotation_index: 0 };
    const whole = { ...message, content: [{ type: 'output_text', text: 'Hi', annotations: [page] }] };
    const expected = ['0 text', '0 "Hi"', '0 cites https://example.com', 'block-end', 'stop (completed)'];
    expect(
      await read(created, added(0, message), text(0, 'Hi'), { ...cited, annotation: page }, done(0, whole), completed()),
    ).toEqual(expected);
    expect(await read(created, added(0, message), text(0, 'Hi'), done(0, whole), completed())).toEqual(expected);
    expect(await read(created, added(0, message), text(0, 'Hi'), { ...cited, annotation: file }, completed())).toContain(
      '0 cites notes.txt',
    );
  });

  test('reads the provider’s own tools as blocks for its own dialect only', async () => {
    const search = { id: 'ws_1', type: 'web_search_call', status: 'in_progress' };
    const payloads = [
      created,
      added(0, search),
      { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1' },
      done(0, { ...search, status: 'completed' }),
      added(1, message),
      text(1, 'Hi'),
      completed(),
    ];
    const expected = [
      '0 provider web_search_call',
      'provider-delta',
      'provider-delta',
      'block-end',
      '1 text',
      '1 "Hi"',
      'block-end',
    ];
    expect(await read(...payloads)).toEqual([...expected, 'stop (completed)']);
    const events = await eventsOf(framesOf(payloads), true);
    expect(lines(events)).toEqual([...expected, 'stop (completed)']);
    expect(events.filter(({ type }) => type === 'provider-delta')[0]).toEqual({
      type: 'provider-delta',
      index: 0,
      passthrough: { place: 0, frame: payloads[2] },
    });
  });

  test('passes fields without a common name to its own dialect only', async () => {
    const payloads = [
      created,
      { type: 'response.moderation.done', moderation: {} },
      added(0, message),
      { ...text(0, 'Hi'), tomorrow: 1, obfuscation: 'xx', logprobs: [] },
      { type: 'keepalive' },
      completed({ service_tier: 'flex', store: true }),
    ];
    const events = await eventsOf(framesOf(payloads), true);
    expect(events.map((event) => ('passthrough' in event ? event.passthrough : undefined))).toEqual([
      undefined,
      { frame: payloads[1] },
      { place: 0, item: { id: 'msg_1' } },
      { tomorrow: 1 },
      undefined,
      { response: { service_tier: 'flex' }, usage: {} },
    ]);
    const across = await eventsOf(framesOf(payloads));
    expect(JSON.stringify(across)).not.toContain('passthrough');
  });

  test.each<[string, JsonObject, string]>([
    ['the limit', { incomplete_details: { reason: 'max_output_tokens' } }, 'length (max_output_tokens)'],
    ['a filter', { incomplete_details: { reason: 'content_filter' } }, 'content-filter (content_filter)'],
    ['something new', { incomplete_details: { reason: 'boredom' } }, 'other (boredom)'],
    ['nothing said', {}, 'other (incomplete)'],
  ])('ends at an incomplete answer: %s', async (_, details, expected) => {
    const incomplete = { type: 'response.incomplete', response: { status: 'incomplete', ...details } };
    expect((await read(created, ...answer, incomplete)).at(-1)).toBe(expected);
    expect((await read(created, ...answer, completed({ ...details, status: 'incomplete' }))).at(-1)).toBe(expected);
  });

  test('reads the provider’s counts', async () => {
    const usage = {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 17,
    };
    const events = await eventsOf(framesOf([created, ...answer, completed({ usage })]));
    expect(events.at(-1)).toMatchObject({ usage: { input: 10, output: 7, cacheRead: 4, cacheWrite: 1, reasoning: 5 } });
    const unknown = await eventsOf(framesOf([created, ...answer, completed({ usage: null })]));
    expect(unknown.at(-1)).toMatchObject({ usage: {} });
  });

  const quota = { type: 'insufficient_quota', code: 'insufficient_quota', message: 'No money.', param: null };
  test.each<[string, JsonObject, string]>([
    ['nested', { type: 'error', sequence_number: 2, error: quota }, 'rate_limit_exceeded: No money.'],
    [
      'flat',
      { type: 'error', code: 'rate_limit_exceeded', message: 'Slow down.', param: null },
      'rate_limit_exceeded: Slow down.',
    ],
    ['without a type', { error: { message: 'Broken.', code: 'server_error' } }, 'upstream_error: Broken.'],
    [
      'failed',
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'Broken.' } } },
      'upstream_error: Broken.',
    ],
    ['failed by its status', completed({ status: 'failed', error: { message: 'Broken.' } }), 'upstream_error: Broken.'],
    [
      'failed without a word',
      { type: 'response.failed', response: { error: null } },
      'upstream_error: The provider failed and gave no reason.',
    ],
    ['cancelled', completed({ status: 'cancelled' }), 'upstream_error: The provider failed and gave no reason.'],
    [
      'too long a prompt',
      { type: 'response.failed', response: { error: { code: 'context_length_exceeded', message: 'Too long.' } } },
      'context_length_exceeded: Too long.',
    ],
  ])('keeps the provider’s failure: %s', async (_, payload, expected) => {
    expect(await read(created, answerState, payload)).toEqual([expected]);
    expect((await read(created, ...answer.slice(0, 2), payload)).at(-1)).toBe(expected);
  });

  test('is complete only if the provider says so', async () => {
    expect(await read()).toEqual(['upstream_empty: The provider sent an empty stream.']);
    expect((await read(created)).at(-1)).toContain('upstream_cut');
    expect((await read(created, ...answer)).at(-1)).toContain('upstream_cut');
    const done: Frame = { data: '[DONE]' };
    const withDone = async function* () {
      yield* framesOf([created, ...answer]);
      yield [done];
    };
    expect(lines(await eventsOf(withDone())).at(-1)).toContain('upstream_missing_finish');
    const lost = new SluiceError('upstream_cut', 'Lost.');
    expect(lines(await eventsOf(framesOf([created, ...answer], lost))).at(-1)).toBe('upstream_cut: Lost.');
  });

  test('reads nothing after the end', async () => {
    const events = await eventsOf(framesOf([created, ...answer, completed()], new SluiceError('upstream_cut', 'Lost.')));
    expect(events.at(-1)).toMatchObject({ type: 'finish' });
    expect((await read(created, ...answer, completed(), created, text(0, 'more'))).at(-1)).toBe('stop (completed)');
  });

  test.each<[string, ...JsonObject[]]>([
    ['arguments outside a call', json(0, '{}')],
    ['arguments for a message', added(0, message), json(0, '{}')],
    ['whole arguments for a message', added(0, message), text(0, 'Hi'), wholeJson(0, '{}')],
    ['text for a call', added(0, call), text(0, 'Hi')],
    ['a call without a name', added(0, { ...call, name: '' })],
    ['text that is no text', { ...text(0, ''), delta: 7 }],
    ['an item that is none', added(0, 'x' as unknown as JsonObject)],
  ])('rejects %s', async (_, ...payloads) => {
    expect((await read(created, ...payloads, completed())).at(-1)).toContain('upstream_protocol_error');
  });
});

describe('failure', () => {
  test('reads the body of a rejected request', () => {
    const body = { error: { message: 'No such model.', type: 'invalid_request_error', param: 'model', code: 'model_not_found' } };
    expect(openaiResponsesUpstream().failure(400, JSON.stringify(body))).toMatchObject({
      kind: 'invalid_request',
      message: 'No such model.',
      upstream: { status: 400, body },
    });
  });
});
