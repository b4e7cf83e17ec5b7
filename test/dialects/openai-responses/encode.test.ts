import { describe, expect, test } from 'vitest';
import type { EncodeOptions } from '../../../lib/dialects/dialect.ts';
import { openaiResponses } from '../../../lib/dialects/openai-responses/client.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { Block, FinishReason, StreamEvent, Usage } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { check } from '../../support/checker/check.ts';
import { objectOf } from '../../support/truth/truth.ts';
import { bytesFor, framesFor, options, payloadsFor } from './wire.ts';

const start: StreamEvent = { type: 'start', id: 'resp_1', model: 'gpt' };
const finish = (reason: FinishReason = 'stop', rawReason = 'stop', usage: Usage = {}): StreamEvent => ({
  type: 'finish',
  reason,
  rawReason,
  usage,
});
const block = (index: number, opened: Block, ...deltas: StreamEvent[]): StreamEvent[] => [
  { type: 'block-start', index, block: opened },
  ...deltas,
  { type: 'block-end', index },
];
const text = (index: number, said: string) => block(index, { kind: 'text' }, { type: 'text-delta', index, text: said });
const tool = (index: number, ...pieces: string[]) =>
  block(
    index,
    { kind: 'tool', id: 'call_1', name: 'f' },
    ...pieces.map((json): StreamEvent => ({ type: 'tool-delta', index, json })),
  );

const withoutResponse = (payload: JsonObject): JsonObject => {
  const { response, ...rest } = payload;
  return response === undefined ? rest : { ...rest, response: objectOf(response).status ?? null };
};
const endOf = (events: readonly StreamEvent[]) => objectOf(payloadsFor(events).at(-1)?.response);
const typesOf = (events: readonly StreamEvent[]) => payloadsFor(events).map(({ type }) => type);

describe('encode', () => {
  test('writes these events', () => {
    const events = [
      start,
      ...text(0, 'Hi "北"'),
      ...tool(1, '{"a":', '1}'),
      finish('tool-call', 'tool_use', { input: 3, output: 2 }),
    ];
    const ofText = { item_id: 'msg_1_0', output_index: 0, content_index: 0 };
    const ofCall = { item_id: 'fc_1_1', output_index: 1 };
    const part = { type: 'output_text', text: 'Hi "北"', annotations: [], logprobs: [] };
    const message = { id: 'msg_1_0', type: 'message', status: 'in_progress', role: 'assistant', content: [] };
    const call = { id: 'fc_1_1', type: 'function_call', status: 'in_progress', call_id: 'call_1', name: 'f', arguments: '' };
    expect(payloadsFor(events).map(withoutResponse)).toEqual(
      [
        { type: 'response.created', response: 'in_progress' },
        { type: 'response.in_progress', response: 'in_progress' },
        { type: 'response.output_item.added', output_index: 0, item: message },
        { type: 'response.content_part.added', ...ofText, part: { ...part, text: '' } },
        { type: 'response.output_text.delta', ...ofText, delta: 'Hi "北"', logprobs: [] },
        { type: 'response.output_text.done', ...ofText, text: 'Hi "北"', logprobs: [] },
        { type: 'response.content_part.done', ...ofText, part },
        { type: 'response.output_item.done', output_index: 0, item: { ...message, status: 'completed', content: [part] } },
        { type: 'response.output_item.added', output_index: 1, item: call },
        { type: 'response.function_call_arguments.delta', ...ofCall, delta: '{"a":' },
        { type: 'response.function_call_arguments.delta', ...ofCall, delta: '1}' },
        { type: 'response.function_call_arguments.done', ...ofCall, arguments: '{"a":1}' },
        { type: 'response.output_item.done', output_index: 1, item: { ...call, status: 'completed', arguments: '{"a":1}' } },
        { type: 'response.completed', response: 'completed' },
      ].map((payload, sequence_number) => ({ ...payload, sequence_number })),
    );
    expect(framesFor(events).map(({ event }) => event)).toEqual(typesOf(events));
    expect(check('openai-responses', bytesFor(events), { expectError: false }).violations).toEqual([]);
    expect(endOf(events)).toEqual({
      id: 'resp_1',
      object: 'response',
      created_at: 1_700_000_000,
      completed_at: 1_700_000_000,
      status: 'completed',
      background: false,
      frequency_penalty: 0,
      presence_penalty: 0,
      prompt_cache_key: null,
      safety_identifier: null,
      error: null,
      incomplete_details: null,
      model: 'gpt',
      output: [
        { ...message, status: 'completed', content: [part] },
        { ...call, status: 'completed', arguments: '{"a":1}' },
      ],
      previous_response_id: null,
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: {},
      parallel_tool_calls: true,
      reasoning: { effort: null, summary: null },
      service_tier: 'auto',
      temperature: 1,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: 1,
      truncation: 'disabled',
      user: null,
      store: false,
      usage: {
        input_tokens: 3,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 2,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 5,
      },
    });
  });

  test('repeats the parameters of the request', () => {
    const body = {
      model: 'm',
      input: 'hi',
      instructions: 'Be brief.',
      temperature: 0,
      metadata: { a: 'b' },
      tool_choice: 'none',
    };
    const encodeOptions: EncodeOptions = { ...options, request: openaiResponses.parse(body) };
    const [created] = payloadsFor([start], encodeOptions);
    expect(created?.response).toMatchObject({
      instructions: 'Be brief.',
      temperature: 0,
      metadata: { a: 'b' },
      tool_choice: 'none',
    });
  });

  test('writes reasoning as a summary, and encrypts what only its model can read', () => {
    const events = [
      start,
      ...block(
        0,
        { kind: 'reasoning' },
        { type: 'reasoning-delta', index: 0, text: 'Hm' },
        { type: 'signature-delta', index: 0, signature: 'c2ln' },
      ),
      ...block(1, { kind: 'reasoning' }, { type: 'signature-delta', index: 1, signature: 'b25seQ' }),
      ...block(2, { kind: 'redacted-reasoning', data: 'zz' }),
      ...block(3, { kind: 'reasoning' }, { type: 'reasoning-delta', index: 3, text: 'Unsigned' }),
      finish(),
    ];
    const sealed = (of: object) => `sluice.1.${Buffer.from(JSON.stringify(of)).toString('base64url')}`;
    expect(endOf(events).output).toEqual([
      {
        id: 'rs_1_0',
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Hm' }],
        encrypted_content: sealed({ signature: 'c2ln' }),
      },
      { id: 'rs_1_1', type: 'reasoning', summary: [], encrypted_content: sealed({ signature: 'b25seQ' }) },
      { id: 'rs_1_2', type: 'reasoning', summary: [], encrypted_content: sealed({ redacted: 'zz' }) },
      { id: 'rs_1_3', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Unsigned' }], encrypted_content: sealed({}) },
    ]);
    expect(typesOf(events).slice(2, 8)).toEqual([
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
    ]);
    expect(check('openai-responses', bytesFor(events)).violations).toEqual([]);
  });

  test('writes a cited page as an annotation, and drops a source without a URL', () => {
    const cite = (citation: object): StreamEvent => ({ type: 'citation-delta', index: 0, citation });
    const said: StreamEvent = { type: 'text-delta', index: 0, text: 'Hi' };
    const events = [
      start,
      ...block(0, { kind: 'text' }, said, cite({ url: 'https://a.b' }), cite({ title: 'A book' })),
      finish(),
    ];
    const annotation = { type: 'url_citation', url: 'https://a.b', title: 'https://a.b', start_index: 0, end_index: 0 };
    expect(payloadsFor(events)).toContainEqual(
      expect.objectContaining({ type: 'response.output_text.annotation.added', annotation_index: 0, annotation }),
    );
    expect(endOf(events).output).toMatchObject([{ content: [{ annotations: [annotation] }] }]);
  });

  test('writes a refusal in its own part', () => {
    const declined = block(0, { kind: 'text', refusal: true }, { type: 'text-delta', index: 0, text: 'No.' });
    expect(endOf([start, ...declined, finish('refusal', 'refusal')])).toMatchObject({
      status: 'completed',
      output: [{ content: [{ type: 'refusal', refusal: 'No.' }] }],
    });
  });

  test.each<[FinishReason, string, string | undefined]>([
    ['stop', 'end_turn', undefined],
    ['tool-call', 'tool_use', undefined],
    ['length', 'max_tokens', 'max_output_tokens'],
    ['content-filter', 'SAFETY', 'content_filter'],
    ['refusal', 'refusal', 'content_filter'],
    ['other', 'pause_turn', 'pause_turn'],
    ['other', '', undefined],
  ])('maps the finish reason %s (%s) to the reason %s', (reason, rawReason, word) => {
    const { status, incomplete_details } = endOf([start, ...text(0, 'Hi'), finish(reason, rawReason)]);
    expect({ status, incomplete_details }).toEqual(
      word === undefined
        ? { status: 'completed', incomplete_details: null }
        : { status: 'incomplete', incomplete_details: { reason: word } },
    );
  });

  test('marks the item that the limit cut as incomplete, and earlier ones as complete', () => {
    const { output } = endOf([start, ...text(0, 'Hi'), ...tool(1, '{"a"'), finish('length', 'length')]);
    expect(output).toMatchObject([{ status: 'completed' }, { status: 'incomplete', arguments: '{"a"' }]);
  });

  test('splits long text and arguments between code points, and repeats them whole at the end', () => {
    const long = '北'.repeat(20_000);
    const events = [start, ...text(0, long), ...tool(1, JSON.stringify({ long })), finish('tool-call')];
    expect(check('openai-responses', bytesFor(events)).violations).toEqual([]);
    const deltas = payloadsFor(events).filter(({ type }) => type === 'response.output_text.delta');
    expect(deltas.length).toBeGreaterThan(3);
    expect(deltas.map(({ delta }) => delta).join('')).toBe(long);
  });

  test('completes an empty answer', () => {
    expect(typesOf([start, finish()])).toEqual(['response.created', 'response.in_progress', 'response.completed']);
  });

  test.each<[string, StreamEvent[], string[]]>([
    ['before anything was said', [], ['response.created', 'response.in_progress']],
    ['inside a call', [start, ...tool(0, '{"a"').slice(0, -1)], []],
    ['after a whole call', [start, ...tool(0, '{}')], []],
  ])('writes a failure flat and nested, then response.failed: %s', (_, before, opening) => {
    const error = new SluiceError('upstream_cut', 'Cut.', { param: 'x' });
    const payloads = payloadsFor([...before, { type: 'error', error }]);
    const failurePayload = { code: 'upstream_cut', message: 'Cut. (request req_1)', param: 'x' };
    expect(payloads.at(-2)).toEqual({
      type: 'error',
      sequence_number: payloads.length - 2,
      ...failurePayload,
      error: { type: 'server_error', ...failurePayload },
    });
    expect(payloads.at(-1)).toMatchObject({
      type: 'response.failed',
      response: {
        status: 'failed',
        error: { code: failurePayload.code, message: failurePayload.message },
        output: [],
        usage: null,
      },
    });
    if (opening.length > 0) expect(payloads.slice(0, -2).map(({ type }) => type)).toEqual(opening);
    expect(check('openai-responses', bytesFor([...before, { type: 'error', error }]), { expectError: true }).violations).toEqual(
      [],
    );
  });

  test('tells Codex how long to wait, in the message it parses', () => {
    const error = new SluiceError('rate_limit_exceeded', 'Slow down.', { retryAfterMs: 1500 });
    const said = new SluiceError('rate_limit_exceeded', 'Please try again in 20s.', { retryAfterMs: 20_000 });
    const messageOf = (failure: SluiceError) => endOf([start, { type: 'error', error: failure }]).error;
    expect(messageOf(error)).toMatchObject({ message: 'Slow down. (request req_1) Please try again in 1.5s.' });
    expect(messageOf(said)).toMatchObject({ message: 'Please try again in 20s. (request req_1)' });
  });

  test('keeps the id of a stream that started early, and its heartbeats change nothing', () => {
    const encoder = openaiResponses.encoder(options);
    const written = [
      encoder.heartbeat(),
      encoder.open(),
      encoder.heartbeat(),
      encoder.write({ ...start, passthrough: { response: { service_tier: 'flex', created_at: 1 } } }),
      ...text(0, 'Hi').flatMap((event) => [encoder.write(event), encoder.heartbeat()]),
      encoder.write(finish()),
    ].flatMap((frames) => [...frames]);
    const bytes = written.map(openaiResponses.write).join('');
    expect(check('openai-responses', Buffer.from(bytes)).violations).toEqual([]);
    expect(bytes.match(/^: waiting$/gm)).toHaveLength(4);
    const events = written.filter(({ event }) => event).map(({ data }) => JSON.parse(data));
    expect(events.slice(0, 3).map(({ type, response }) => [type, response.id, response.model])).toEqual([
      ['response.created', 'resp_ours', 'ours'],
      ['response.in_progress', 'resp_ours', 'ours'],
      ['response.in_progress', 'resp_ours', 'ours'],
    ]);
    expect(events.at(-1).response).toMatchObject({
      id: 'resp_ours',
      model: 'gpt',
      service_tier: 'flex',
      created_at: 1_700_000_000,
    });
  });

  test('uses our id and model until the provider sends its own', () => {
    expect(endOf([{ type: 'start', id: '', model: '' }, finish()])).toMatchObject({ id: 'resp_ours', model: 'ours' });
  });

  test('drops blocks of another provider that this dialect can’t express', () => {
    const work = block(0, { kind: 'provider', name: 'server_tool_use' }, { type: 'provider-delta', index: 0 });
    const events = [start, ...work, ...text(1, 'Hi'), finish()];
    expect(endOf(events).output).toMatchObject([{ id: 'msg_1_0' }]);
    expect(check('openai-responses', bytesFor(events)).violations).toEqual([]);
  });

  test('ends an item when its provider does, with the provider’s status', () => {
    const passthrough = { place: 0, item: { id: 'msg_theirs' } };
    const opened: StreamEvent[] = [
      start,
      { type: 'block-start', index: 0, block: { kind: 'text' }, passthrough },
      { type: 'text-delta', index: 0, text: 'Hi' },
      { type: 'block-end', index: 0, passthrough: { item: { status: 'incomplete', phase: 'commentary' } } },
    ];
    expect(payloadsFor(opened).at(-1)).toMatchObject({
      type: 'response.output_item.done',
      item: { id: 'msg_theirs', status: 'incomplete', phase: 'commentary', content: [{ text: 'Hi' }] },
    });
  });

  test('writes an answer that another target continued as one item and one text', () => {
    const passthrough = { place: 0, item: { id: 'msg_theirs', phase: 'final_answer' } };
    const events: StreamEvent[] = [
      { ...start, passthrough: { response: { service_tier: 'flex' } } },
      { type: 'block-start', index: 0, block: { kind: 'text' }, passthrough },
      { type: 'text-delta', index: 0, text: 'Hel', passthrough: { tomorrow: 1 } },
      { type: 'text-delta', index: 0, text: 'lo' },
      { type: 'block-end', index: 0 },
      finish(),
    ];
    expect(check('openai-responses', bytesFor(events)).violations).toEqual([]);
    expect(endOf(events)).toMatchObject({
      service_tier: 'flex',
      output: [{ id: 'msg_theirs', phase: 'final_answer', content: [{ text: 'Hello' }] }],
    });
  });
});

describe('collect', () => {
  test('returns what the stream’s last event has', () => {
    const events = [start, ...text(0, 'Hi'), ...tool(1, '{}'), finish('tool-call', 'tool_calls', { output: 2 })];
    const collector = openaiResponses.collector(options);
    for (const event of events) collector.write(event);
    expect(collector.body()).toEqual(endOf(events));
  });
});

describe('error', () => {
  test('has OpenAI’s form, and keeps a provider’s own body of a bad request unchanged', () => {
    const answer = openaiResponses.error(new SluiceError('model_not_found', 'No such model.', { param: 'model' }), 'req_1');
    expect(answer).toMatchObject({
      status: 404,
      body: {
        error: {
          message: 'No such model. (request req_1)',
          type: 'invalid_request_error',
          param: 'model',
          code: 'model_not_found',
        },
      },
    });
    const body = { error: { message: 'Invalid temperature.', type: 'invalid_request_error', param: 'temperature', code: null } };
    const refused = new SluiceError('invalid_request', 'Invalid temperature.', { upstream: { status: 400, body } });
    expect(openaiResponses.error(refused, 'req_1').body).toEqual(body);
  });
});
