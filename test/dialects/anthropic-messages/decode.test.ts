import { describe, expect, test } from 'vitest';
import { anthropicMessagesUpstream } from '../../../lib/dialects/anthropic-messages/upstream.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { collect } from '../../support/collect.ts';
import { grammarViolations } from '../../support/grammar.ts';
import { blockDelta, blockStart, blockStop, eventsOf, framesOf, messageDelta, messageStart, messageStop, text } from './wire.ts';

const ending = [messageDelta('end_turn'), messageStop];

async function decoded(
  payloads: readonly JsonObject[],
  options: { passthrough?: boolean; lost?: Error } = {},
): Promise<StreamEvent[]> {
  const events = await eventsOf(framesOf(payloads, options.lost), options.passthrough);
  expect(grammarViolations(events)).toEqual([]);
  return events;
}

/** The events between start and end, one line each. */
async function content(...payloads: JsonObject[]): Promise<string[]> {
  return (await decoded([messageStart(), ...payloads, ...ending])).map(line).slice(1, -1);
}

function line(event: StreamEvent): string {
  switch (event.type) {
    case 'block-start':
      return `${event.index} ${event.block.kind}${'name' in event.block ? ` ${event.block.name}` : ''}`;
    case 'text-delta':
    case 'reasoning-delta':
      return `${event.index} "${event.text}"`;
    case 'signature-delta':
      return `${event.index} signed ${event.signature}`;
    case 'tool-delta':
      return `${event.index} ${event.json}`;
    case 'block-end':
      return `${event.index} end`;
    case 'error':
      return `error ${event.error.kind}: ${event.error.message}`;
    default:
      return event.type;
  }
}

const lastOf = async (payloads: readonly JsonObject[], lost?: Error) =>
  (await decoded(payloads, { ...(lost && { lost }) })).map(line).at(-1);
const toolUse = (input: JsonObject = {}) => ({ type: 'tool_use', id: 'toolu_1', name: 'weather', input });
const json = (index: number, partial_json: string) => blockDelta(index, { type: 'input_json_delta', partial_json });
const say = (index: number, said: string) => blockDelta(index, { type: 'text_delta', text: said });
const think = (index: number, thinking: string) => blockDelta(index, { type: 'thinking_delta', thinking });

describe('decode', () => {
  test('reads a message as a start, blocks and a finish', async () => {
    const usage = { input_tokens: 9, cache_read_input_tokens: 1, output_tokens: 1 };
    expect(await decoded([messageStart(usage), { type: 'ping' }, ...text(0, 'Hel', 'lo'), ...ending])).toEqual([
      { type: 'start', id: 'msg_1', model: 'claude', usage: { input: 10, output: 1, cacheRead: 1 } },
      { type: 'block-start', index: 0, block: { kind: 'text' } },
      { type: 'text-delta', index: 0, text: 'Hel' },
      { type: 'text-delta', index: 0, text: 'lo' },
      { type: 'block-end', index: 0 },
      { type: 'finish', reason: 'stop', rawReason: 'end_turn', usage: { input: 10, output: 16, cacheRead: 1 } },
    ]);
  });

  test.each<[string, JsonObject, JsonObject, object]>([
    ['what message_delta leaves out was said before', { input_tokens: 9 }, { output_tokens: 2 }, { input: 9, output: 2 }],
    [
      'cached parts are parts of the prompt',
      { input_tokens: 9, cache_read_input_tokens: 1, cache_creation_input_tokens: 5 },
      { output_tokens: 2 },
      { input: 15, output: 2, cacheRead: 1, cacheWrite: 5 },
    ],
    [
      'counts at the end replace the first',
      { input_tokens: 9 },
      { input_tokens: 12, output_tokens: 2 },
      { input: 12, output: 2 },
    ],
    [
      'null is not zero',
      { input_tokens: 9, cache_read_input_tokens: 4 },
      { cache_read_input_tokens: null },
      { input: 13, cacheRead: 4 },
    ],
    ['nothing is made up', {}, {}, {}],
    [
      'thinking is counted',
      { input_tokens: 9 },
      { output_tokens: 20, output_tokens_details: { thinking_tokens: 7 } },
      { input: 9, output: 20, reasoning: 7 },
    ],
  ])('reads usage: %s', async (_, first, last, usage) => {
    const events = await decoded([messageStart(first), messageDelta('end_turn', last), messageStop]);
    expect(events.at(-1)).toMatchObject({ usage });
    expect(Object.keys((events.at(-1) as { usage: object }).usage)).toEqual(Object.keys(usage));
  });

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-call'],
    ['refusal', 'refusal'],
    ['pause_turn', 'other'],
    ['compaction', 'other'],
    ['something_new', 'other'],
    ['constructor', 'other'],
  ])('maps the stop reason %s to %s', async (rawReason, reason) => {
    expect((await decoded([messageStart(), messageDelta(rawReason), messageStop])).at(-1)).toMatchObject({ reason, rawReason });
  });

  test('reads signed thinking, and redacted thinking as a whole', async () => {
    expect(
      await content(
        blockStart(0, { type: 'thinking', thinking: '', signature: '' }),
        think(0, 'Hm'),
        blockDelta(0, { type: 'signature_delta', signature: 'c2ln+/=' }),
        blockStop(0),
        blockStart(1, { type: 'redacted_thinking', data: 'zzz' }),
        blockStop(1),
      ),
    ).toEqual(['0 reasoning', '0 "Hm"', '0 signed c2ln+/=', '0 end', '1 redacted-reasoning', '1 end']);
  });

  test.each<[string, JsonObject[], string[]]>([
    ['in pieces, the first of them empty', [json(0, ''), json(0, '{"a"'), json(0, ':1}')], ['0 {"a"', '0 :1}']],
    ['not at all', [], ['0 {}']],
    ['only as an empty piece', [json(0, '')], ['0 {}']],
  ])('reads tool arguments that arrive %s', async (_, deltas, expected) => {
    expect(await content(blockStart(0, toolUse()), ...deltas, blockStop(0))).toEqual(['0 tool weather', ...expected, '0 end']);
  });

  test('reads arguments in the start event, unless deltas follow', async () => {
    expect(await content(blockStart(0, toolUse({ a: 1 })), blockStop(0))).toEqual(['0 tool weather', '0 {"a":1}', '0 end']);
    expect(await content(blockStart(0, toolUse({ a: 1 })), json(0, '{"a":2}'), blockStop(0))).toEqual([
      '0 tool weather',
      '0 {"a":2}',
      '0 end',
    ]);
    expect(await content(blockStart(0, toolUse({ a: 1 })))).toContain('0 {"a":1}');
  });

  test('reads citations with the location from the provider', async () => {
    const citation = { type: 'web_search_result_location', url: 'https://a', title: 'A', cited_text: 'b', encrypted_index: 'x' };
    const cited = [
      blockStart(0, { type: 'text', text: '', citations: [] }),
      blockDelta(0, { type: 'citations_delta', citation }),
    ];
    const [, , event] = await decoded([messageStart(), ...cited, say(0, 'b'), ...ending]);
    expect(event).toEqual({ type: 'citation-delta', index: 0, citation: { url: 'https://a', title: 'A', text: 'b' } });
    const [, , passthrough] = await decoded([messageStart(), ...cited, ...ending], { passthrough: true });
    expect(passthrough).toMatchObject({ passthrough: { delta: { citation } } });
  });

  test.each([
    'server_tool_use',
    'web_search_tool_result',
    'mcp_tool_use',
    'container_upload',
    'compaction',
    'fallback',
    'not_yet_invented',
  ])('keeps a block of %s as the provider’s own, and whole in its own dialect', async (type) => {
    const block = { type, id: 'x', input: {}, content: [{ a: 1 }] };
    const payloads = [messageStart(), blockStart(0, block), json(0, '{"q'), blockStop(0), ...ending];
    expect((await decoded(payloads)).slice(1, 3)).toEqual([
      { type: 'block-start', index: 0, block: { kind: 'provider', name: type } },
      { type: 'provider-delta', index: 0 },
    ]);
    expect((await decoded(payloads, { passthrough: true })).slice(1, 3)).toMatchObject([
      { passthrough: { content_block: block } },
      { passthrough: { delta: { type: 'input_json_delta', partial_json: '{"q' } } },
    ]);
  });

  test('keeps fields without a common name only for the same dialect', async () => {
    const start = messageStart({ input_tokens: 9, service_tier: 'standard' });
    const end = { ...messageDelta('refusal'), context_management: { applied_edits: [] } };
    const payloads = [start, blockStart(0, { ...toolUse(), caller: { type: 'direct' } }), blockStop(0), end, messageStop];
    const natives = (await decoded(payloads, { passthrough: true })).map((event) => 'passthrough' in event && event.passthrough);
    expect(natives).toEqual([
      { message: { stop_sequence: null, usage: { service_tier: 'standard' } } },
      { content_block: { caller: { type: 'direct' } } },
      false,
      false,
      { message_delta: { context_management: { applied_edits: [] }, delta: { stop_reason: 'refusal', stop_sequence: null } } },
    ]);
    expect((await decoded(payloads)).some((event) => 'passthrough' in event)).toBe(false);
  });

  test('keeps what Bedrock adds to frames, and a null for a missing count', async () => {
    const verdict = { 'amazon-bedrock-guardrailAction': 'NONE' };
    const metrics = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 9 } };
    const usage = { input_tokens: 9, cache_read_input_tokens: null, cache_creation_input_tokens: 4 };
    const last = messageDelta('end_turn', { output_tokens: 2, cache_creation_input_tokens: null });
    const payloads = [messageStart(usage), { ...say(0, 'a'), ...verdict }, last, { ...messageStop, ...metrics }];
    const events = await decoded(payloads, { passthrough: true });
    expect(events[0]).toHaveProperty('passthrough.message.usage', { cache_read_input_tokens: null });
    expect(events[2]).toMatchObject({ type: 'text-delta', passthrough: verdict });
    expect(events.at(-1)).toMatchObject({ passthrough: { message_stop: metrics }, usage: { cacheWrite: 4 } });
    expect(events.at(-1)).not.toHaveProperty('passthrough.message_delta.usage');
  });

  test('ignores unknown events and deltas', async () => {
    const payloads = [messageStart(), { type: 'new_event', a: 1 }, blockStart(0, { type: 'text', text: '' })];
    const unknown = blockDelta(0, { type: 'new_delta', b: 2 });
    expect(await content(...payloads.slice(1), unknown, say(0, 'x'))).toEqual(['0 text', '0 "x"', '0 end']);
    const extras = (await decoded([...payloads, unknown, ...ending], { passthrough: true })).filter(
      ({ type }) => type === 'extra',
    );
    expect(extras).toEqual([
      { type: 'extra', passthrough: { type: 'new_event', a: 1 } },
      { type: 'extra', passthrough: unknown },
    ]);
  });
});

describe('decode repairs what proxies change', () => {
  const twoBlocks = ['0 text', '0 "a"', '0 end', '1 text', '1 "b"', '1 end'];

  test('gaps in the indexes', async () => {
    expect(await content(...text(3, 'a'), ...text(7, 'b'))).toEqual(twoBlocks);
  });

  test('one index for all blocks', async () => {
    expect(await content(...text(0, 'a'), ...text(0, 'b'))).toEqual(twoBlocks);
  });

  test('missing block ends', async () => {
    const open = (index: number, said: string) => [blockStart(index, { type: 'text', text: '' }), say(index, said)];
    expect(await content(...open(0, 'a'), ...open(1, 'b'))).toEqual(twoBlocks);
  });

  test('missing block starts', async () => {
    expect(await content(say(0, 'a'), blockStop(0), think(1, 'b'))).toEqual([
      '0 text',
      '0 "a"',
      '0 end',
      '1 reasoning',
      '1 "b"',
      '1 end',
    ]);
  });

  test('overlapping blocks', async () => {
    expect(
      await content(
        blockStart(0, { type: 'thinking', thinking: '' }),
        think(0, 'hm'),
        blockStart(1, toolUse()),
        json(1, '{"a":'),
        blockStart(2, { ...toolUse(), id: 'toolu_2' }),
        blockStop(0),
        json(2, '{}'),
        json(1, '1}'),
        blockStop(1),
        blockStop(2),
      ),
    ).toEqual([
      '0 reasoning',
      '0 "hm"',
      '0 end',
      '1 tool weather',
      '1 {"a":',
      '1 1}',
      '1 end',
      '2 tool weather',
      '2 {}',
      '2 end',
    ]);
  });

  test('thinking inside a text block', async () => {
    expect(await content(blockStart(0, { type: 'text', text: '' }), think(0, 'a'), say(0, 'b'), blockStop(0))).toEqual([
      '0 text',
      '0 end',
      '1 reasoning',
      '1 "a"',
      '1 end',
      '2 text',
      '2 "b"',
      '2 end',
    ]);
  });

  test('text and signatures in the start event', async () => {
    expect(
      await content(
        blockStart(0, { type: 'thinking', thinking: 'hm', signature: 's' }),
        blockStart(1, { type: 'text', text: 'a' }),
      ),
    ).toEqual(['0 reasoning', '0 "hm"', '0 signed s', '0 end', '1 text', '1 "a"', '1 end']);
  });

  test('a message that starts twice or never', async () => {
    expect((await decoded([messageStart(), messageStart(), ...text(0, 'a'), ...ending])).map(line)).toHaveLength(5);
    const [start] = await decoded([...text(0, 'a'), ...ending]);
    expect(start).toEqual({ type: 'start', id: 'fallback', model: 'fallback-model' });
  });

  test('a stop reason and content in the start event', async () => {
    const { message } = messageStart() as { message: JsonObject };
    const whole = { type: 'message_start', message: { ...message, content: [toolUse({ a: 1 })], stop_reason: 'tool_use' } };
    expect((await decoded([whole, messageStop])).map(line)).toEqual(['start', '0 tool weather', '0 {"a":1}', '0 end', 'finish']);
  });
});

describe('decode ends like the provider', () => {
  const opened = [messageStart(), blockStart(0, { type: 'text', text: '' }), say(0, 'Hel')];
  const lost = new SluiceError('upstream_cut', 'connection lost');
  const interrupted = async function* (frame: Frame): AsyncGenerator<Frame[]> {
    yield* framesOf(opened);
    yield [frame];
  };

  test('complete at message_stop, and at the end of the bytes after a stop reason', async () => {
    expect(await lastOf([...opened, blockStop(0), messageDelta('end_turn'), messageStop])).toBe('finish');
    expect(await lastOf([...opened, blockStop(0), messageDelta('end_turn')])).toBe('finish');
    expect(await lastOf([...opened, messageDelta('end_turn')])).toBe('finish');
  });

  test('complete if the connection is lost after the stop reason, not before', async () => {
    expect(await lastOf([...opened, messageDelta('end_turn')], lost)).toBe('finish');
    expect(await lastOf(opened, lost)).toBe('error upstream_cut: connection lost');
  });

  test('cut if the bytes end earlier, empty if nothing arrived, unfinished without a stop reason', async () => {
    expect(await lastOf(opened)).toMatch(/^error upstream_cut/);
    expect(await lastOf([messageStart()])).toMatch(/^error upstream_cut/);
    expect(await lastOf([])).toMatch(/^error upstream_empty/);
    expect(await lastOf([{ type: 'ping' }])).toMatch(/^error upstream_empty/);
    expect(await lastOf([...opened, messageStop])).toMatch(/^error upstream_missing_finish/);
    expect(
      await lastOf([messageStart(), { type: 'message_delta', delta: { stop_reason: null }, usage: {} }, messageStop]),
    ).toMatch(/^error upstream_missing_finish/);
  });

  test('reads nothing after message_stop', async () => {
    expect(await lastOf([...opened, messageDelta('end_turn'), messageStop, ...opened])).toBe('finish');
  });

  test.each([
    ['overloaded_error', 'server_overloaded', 529],
    ['rate_limit_error', 'rate_limit_exceeded', 429],
    ['api_error', 'upstream_error', 500],
    ['timeout_error', 'upstream_timeout', 504],
    ['authentication_error', 'provider_auth_error', 401],
    ['billing_error', 'provider_auth_error', 402],
    ['permission_error', 'provider_auth_error', 403],
    ['not_found_error', 'provider_model_not_found', 404],
    ['request_too_large', 'request_too_large', 413],
    ['invalid_request_error', 'invalid_request', 400],
  ])('failed after an error event: %s is %s', async (type, kind, status) => {
    const error = { type: 'error', error: { type, message: 'It said so' }, request_id: 'req_theirs' };
    for (const before of [[], opened, [...opened, messageDelta('end_turn')]]) {
      const last = (await decoded([...before, error])).at(-1);
      expect(last).toMatchObject({ error: { kind, message: 'It said so', upstream: { status, body: error } } });
    }
  });

  test('failed after an error without a type, or a frame that the wire marks as an error', async () => {
    expect(await lastOf([...opened, { error: { type: 'overloaded_error', message: 'Busy' } }])).toBe(
      'error server_overloaded: Busy',
    );
    const last = async (frame: Frame) => (await eventsOf(interrupted(frame))).map(line).at(-1);
    expect(await last({ failure: true, data: '{"error":{"type":"rate_limit_error","message":"Slow"}}' })).toBe(
      'error rate_limit_exceeded: Slow',
    );
    expect(await last({ failure: true, event: 'throttlingException', data: '{"message":"Slow"}' })).toBe(
      'error upstream_error: Slow',
    );
    const { decode } = anthropicMessagesUpstream({ statuses: { throttlingException: 429 } });
    const throttled = interrupted({ failure: true, event: 'throttlingException', data: '{"message":"Slow"}' });
    await expect(collect(decode(throttled, { id: 'x', model: 'm', passthrough: false }))).rejects.toMatchObject({
      kind: 'rate_limit_exceeded',
      message: 'Slow',
    });
    expect(await lastOf([...opened, { type: 'error', error: { type: 'brand_new_error', message: 'Oh' } }])).toBe(
      'error upstream_error: Oh',
    );
    expect(await last({ failure: true, data: '<html>secret</html>' })).not.toContain('html');
  });

  test.each<[string, JsonObject[]]>([
    ['a second message', [{ ...messageStart() }]],
    ['arguments outside a tool call', [json(0, '{}')]],
    ['a block without an index', [{ type: 'content_block_start', content_block: { type: 'text' } }]],
    ['a delta without its object', [{ type: 'content_block_delta', index: 0 }]],
    ['text that is no text', [blockDelta(0, { type: 'text_delta', text: 5 })]],
    ['a tool without a name', [blockStart(1, { type: 'tool_use', id: 'x' }), json(1, '{}')]],
  ])('rejected for %s in mid-stream', async (_, payloads) => {
    expect(await lastOf([...opened, ...payloads, ...ending])).toMatch(/^error upstream_protocol_error/);
  });

  test('rejected for a second message before any content', async () => {
    const other = { type: 'message_start', message: { id: 'msg_2', model: 'claude' } };
    expect(await lastOf([messageStart(), other, ...ending])).toMatch(/^error upstream_protocol_error/);
  });

  test('rejected for garbage, and cut if the bytes end inside an event', async () => {
    expect((await eventsOf(interrupted({ data: '{"type":' }))).map(line).at(-1)).toMatch(/^error upstream_protocol_error/);
    expect((await eventsOf(interrupted({ data: '{"type":', unterminated: true }))).map(line).at(-1)).toMatch(
      /^error upstream_cut/,
    );
  });
});
