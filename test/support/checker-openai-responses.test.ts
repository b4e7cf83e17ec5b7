import { describe, expect, test } from 'vitest';
import { check } from './checker/check.ts';
import type { CheckOptions } from './checker/check-options.ts';
import { openaiResponsesRules } from './checker/openai-responses.ts';

type Payload = { type: string } & Record<string, unknown>;

/** Events numbered from 0. Strings stay unchanged. */
function stream(...parts: readonly (Payload | string | readonly (Payload | string)[])[]): string {
  let number = 0;
  return parts
    .flat()
    .map((part) => {
      if (typeof part === 'string') return part;
      return `event: ${part.type}\ndata: ${JSON.stringify({ ...part, sequence_number: part.sequence_number ?? number++ })}\n\n`;
    })
    .join('');
}

const response = (status: string, more: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status,
  model: 'm',
  output: [],
  store: false,
  error: null,
  incomplete_details: null,
  usage: null,
  ...more,
});
const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 };
const created: Payload = { type: 'response.created', response: response('in_progress') };
const answerState: Payload = { type: 'response.in_progress', response: response('in_progress') };
const completed = (output: object[] = [], more: object = {}): Payload => ({
  type: 'response.completed',
  response: response('completed', { output, usage, ...more }),
});
const message = (more: object = {}) => ({
  id: 'msg_1',
  type: 'message',
  status: 'in_progress',
  role: 'assistant',
  content: [],
  ...more,
});
const added = (index: number, item: object): Payload => ({ type: 'response.output_item.added', output_index: index, item });
const done = (index: number, item: object): Payload => ({ type: 'response.output_item.done', output_index: index, item });
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const part = (text: string) => ({ type: 'output_text', text, annotations: [] });
const partAdded: Payload = { type: 'response.content_part.added', ...at, part: part('') };
const partDone = (text = 'Hi'): Payload => ({ type: 'response.content_part.done', ...at, part: part(text) });
const delta = (text = 'Hi', more: object = {}): Payload => ({ type: 'response.output_text.delta', ...at, delta: text, ...more });
const whole = (text = 'Hi'): Payload => ({ type: 'response.output_text.done', ...at, text });
const providerStream = message({ status: 'completed', content: [part('Hi')] });
const answer = [added(0, message()), partAdded, delta(), whole(), partDone(), done(0, providerStream)];
const start = [created, answerState];
const good = [...start, ...answer, completed([providerStream])];

const call = (more: object = {}) => ({
  id: 'fc_1',
  type: 'function_call',
  status: 'in_progress',
  call_id: 'call_1',
  name: 'f',
  arguments: '',
  ...more,
});
const ofCall = { item_id: 'fc_1', output_index: 0 };
const json = (piece = '{}'): Payload => ({ type: 'response.function_call_arguments.delta', ...ofCall, delta: piece });
const wholeJson = (all = '{}'): Payload => ({ type: 'response.function_call_arguments.done', ...ofCall, arguments: all });
const called = call({ status: 'completed', arguments: '{}' });
const calling = [added(0, call()), json(), wholeJson(), done(0, called)];

const thought = { id: 'rs_1', type: 'reasoning', summary: [] };
const ofThought = { item_id: 'rs_1', output_index: 0, summary_index: 0 };
const summary = { type: 'summary_text', text: 'hm' };
const thinking = [
  added(0, thought),
  { type: 'response.reasoning_summary_part.added', ...ofThought, part: { type: 'summary_text', text: '' } },
  { type: 'response.reasoning_summary_text.delta', ...ofThought, delta: 'hm' },
  { type: 'response.reasoning_summary_text.done', ...ofThought, text: 'hm' },
  { type: 'response.reasoning_summary_part.done', ...ofThought, part: summary },
  done(0, { ...thought, summary: [summary] }),
];

const search = { id: 'ws_1', type: 'web_search_call', status: 'in_progress' };
const nested = { type: 'server_error', code: 'upstream_cut', message: 'No.', param: null };
const failure = (more: object = {}): Payload => ({
  type: 'error',
  code: 'upstream_cut',
  message: 'No.',
  param: null,
  error: nested,
  ...more,
});
const failed = (more: object = {}): Payload => ({
  type: 'response.failed',
  response: response('failed', { error: { code: 'upstream_cut', message: 'No.' }, ...more }),
});
const large = 'x'.repeat(16 * 1024);

type Case = [what: string, stream: string | Uint8Array, options?: CheckOptions];

const lets: Case[] = [
  ['text', stream(...good)],
  ['an empty answer', stream(...start, completed())],
  ['a call', stream(...start, ...calling, completed([called]))],
  ['reasoning', stream(...start, ...thinking, completed([{ ...thought, summary: [summary] }]))],
  ['comments', stream(...start, ...answer, ': waiting\n\n', completed([providerStream]))],
  ['progress again before the first item', stream(created, answerState, answerState, ...answer, completed([providerStream]))],
  [
    'a provider’s own work, shown otherwise at the end',
    stream(
      ...start,
      added(0, search),
      { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1' },
      done(0, { ...search, status: 'completed' }),
      completed([{ ...search, status: 'completed', action: {} }]),
    ),
  ],
  [
    'an error inside a part',
    stream(...start, added(0, message()), partAdded, delta(), failure(), failed()),
    { expectError: true },
  ],
  ['an error after an item', stream(...start, ...answer, failure(), failed({ output: [providerStream] }))],
  [
    'an answer that reached its limit',
    stream(...start, {
      type: 'response.incomplete',
      response: response('incomplete', { usage, incomplete_details: { reason: 'max_output_tokens' } }),
    }),
  ],
  ['a long line that cannot be split', stream(...start, { type: 'response.audio', blob: large }, completed())],
];

const bad: Record<string, Case[]> = {
  'utf-8': [['a byte that is none', Buffer.from(stream(...good).replaceAll('Hi', '\xff'), 'latin1')]],
  'no-bom': [['a byte order mark', `\ufeff${stream(...good)}`]],
  'no-cr': [['CRLF', stream(...good).replaceAll('\n', '\r\n')]],
  framing: [['no empty line at the end', stream(...good).slice(0, -1)]],
  json: [['cut JSON', stream(...start, 'event: response.x\ndata: {"type"\n\n', completed())]],
  'line-size': [
    ['text', stream(...start, added(0, message()), partAdded, delta(large), failure(), failed())],
    ['arguments', stream(...start, added(0, call()), json(large), failure(), failed())],
  ],
  'code-points': [
    ['half an emoji', stream(...start, added(0, message()), partAdded, delta('\ud83d'), delta('\ude00'), failure(), failed())],
  ],
  'event-line': [
    ['none', stream(...good).replace('event: response.in_progress\n', '')],
    ['another name', stream(...good).replace('event: response.in_progress', 'event: progress')],
    ['an id', `id: 1\n${stream(...good)}`],
  ],
  'no-done': [['one', stream(...good, 'event: done\ndata: [DONE]\n\n')]],
  'known-types': [['a type of our own', stream(...start, { type: 'ping' }, completed())]],
  sequence: [
    ['a gap', stream(created, { ...answerState, sequence_number: 2 }, { ...completed(), sequence_number: 3 })],
    ['none', stream(...good).replace('"sequence_number":1}', '"number":1}')],
  ],
  'created-first': [
    ['none', stream(...answer, completed([providerStream]))],
    ['two', stream(created, created, completed())],
  ],
  'progress-early': [['after an item', stream(...start, ...answer, answerState, completed([providerStream]))]],
  'response-form': [
    ['no model', stream({ ...created, response: response('in_progress', { model: '' }) }, completed())],
    ['no time', stream({ ...created, response: response('in_progress', { created_at: 'now' }) }, completed())],
    ['another status', stream(...start, { type: 'response.completed', response: response('in_progress', { usage }) })],
    ['stored', stream(...start, completed([], { store: true }))],
  ],
  constant: [['another id', stream(...start, completed([], { id: 'resp_2' }))]],
  'dense-indices': [
    ['a skipped index', stream(...start, added(1, search), done(1, search), completed([search]))],
    [
      'a part in another place',
      stream(
        ...start,
        added(0, message()),
        { ...partAdded, content_index: 1 },
        { ...delta(), content_index: 1 },
        failure(),
        failed(),
      ),
    ],
  ],
  'inside-item': [
    ['a delta of an item that is done', stream(...start, ...answer, { ...delta(''), delta: '' }, completed([providerStream]))],
    [
      'an item that was not begun',
      stream(...start, { type: 'response.web_search_call.searching', output_index: 0 }, completed()),
    ],
    [
      'another item’s id',
      stream(...start, ...calling.slice(0, 2), { ...wholeJson(), item_id: 'fc_2' }, done(0, called), completed([called])),
    ],
  ],
  'item-form': [
    ['a message with content', stream(...start, added(0, message({ content: [{}] })), failure(), failed())],
    ['a call without a name', stream(...start, added(0, call({ name: '' })), failure(), failed())],
    ['a call with arguments', stream(...start, added(0, call({ arguments: '{}' })), failure(), failed())],
    ['no id', stream(...start, added(0, { ...thought, id: undefined }), failure(), failed())],
  ],
  'inside-part': [
    ['text of no part', stream(...start, added(0, message()), delta(), failure(), failed())],
    [
      'a refusal in text',
      stream(...start, added(0, message()), partAdded, { ...delta(), type: 'response.refusal.delta' }, failure(), failed()),
    ],
    ['arguments of a message', stream(...start, added(0, message()), { ...json(), item_id: 'msg_1' }, failure(), failed())],
  ],
  'said-again': [
    ['another text', stream(...start, added(0, message()), partAdded, delta(), whole('Ho'), failure(), failed())],
    [
      'a part of another text',
      stream(...start, added(0, message()), partAdded, delta(), whole(), partDone('Ho'), failure(), failed()),
    ],
    ['a part without its whole text', stream(...start, added(0, message()), partAdded, delta(), partDone(), failure(), failed())],
    [
      'an item without its part',
      stream(...start, ...answer.slice(0, 5), done(0, message({ status: 'completed' })), failure(), failed()),
    ],
    ['other arguments', stream(...start, added(0, call()), json(), wholeJson('{"a":1}'), failure(), failed())],
    [
      'arguments of the item',
      stream(...start, ...calling.slice(0, 3), done(0, call({ status: 'completed' })), failure(), failed()),
    ],
    [
      'half the arguments, completed',
      stream(
        ...start,
        added(0, call()),
        json('{'),
        wholeJson('{'),
        done(0, call({ status: 'completed', arguments: '{' })),
        failure(),
        failed(),
      ),
    ],
  ],
  'item-done': [
    ['another id', stream(...start, ...answer.slice(0, 5), done(0, { ...providerStream, id: 'msg_2' }), failure(), failed())],
    ['another call', stream(...start, ...calling.slice(0, 3), done(0, { ...called, call_id: 'call_2' }), failure(), failed())],
    [
      'no status',
      stream(...start, ...answer.slice(0, 5), done(0, { ...providerStream, status: undefined }), failure(), failed()),
    ],
  ],
  'one-terminal': [
    ['none', stream(...start, ...answer)],
    ['two', stream(...start, completed(), completed())],
    ['text after it', stream(...start, completed(), { type: 'response.web' })],
    ['a failure without its error', stream(...start, failed())],
    ['an error that is not next to it', stream(...start, failure(), { type: 'response.web' }, failed())],
    ['an error and a good end', stream(...start, failure(), completed())],
  ],
  'error-form': [
    ['only nested', stream(...start, failure({ code: undefined, message: undefined }), failed())],
    ['only flat', stream(...start, failure({ error: undefined }), failed())],
    ['another failure', stream(...start, failure(), failed({ error: { code: 'x', message: 'No.' } }))],
  ],
  'whole-output': [
    ['an item left out', stream(...start, ...answer, completed())],
    ['no usage', stream(...start, completed([], { usage: null }))],
    ['an item that is not done', stream(...start, added(0, message()), completed([message()]))],
    ['half an item after a failure', stream(...start, added(0, message()), failure(), failed({ output: [message()] }))],
  ],
  'incomplete-reason': [
    ['none', stream(...start, { type: 'response.incomplete', response: response('incomplete', { usage }) })],
    ['one of a whole answer', stream(...start, completed([], { incomplete_details: { reason: 'max_output_tokens' } }))],
  ],
};

function violationsOf(bytes: string | Uint8Array, options?: CheckOptions): string[] {
  return check('openai-responses', typeof bytes === 'string' ? Buffer.from(bytes) : bytes, options).violations;
}

describe('the contract of responses', () => {
  test.each(lets)('accepts: %s', (_, bytes, options) => {
    expect(violationsOf(bytes, options)).toEqual([]);
  });

  test.each(
    Object.entries(bad).flatMap(([rule, cases]) => cases.map(([what, bytes, options]) => ({ rule, what, bytes, options }))),
  )('only $rule rejects: $what', ({ rule, bytes, options }) => {
    expect(new Set(violationsOf(bytes, options).map((violation) => violation.split(':')[0]))).toEqual(new Set([rule]));
  });

  test('every rule has a stream that breaks it', () => {
    expect(openaiResponsesRules.map(({ id }) => id).filter((id) => !bad[id])).toEqual([]);
  });

  test('returns what the client sees', () => {
    expect(check('openai-responses', Buffer.from(stream(...good)))).toMatchObject({
      terminal: 'finish',
      truth: { text: 'Hi', finish: { raw: 'completed', reason: 'stop' }, usage: { input: 1, output: 2 } },
    });
    expect(check('openai-responses', Buffer.from(stream(...start, failure(), failed())))).toMatchObject({
      terminal: 'error',
      truth: { error: { message: 'No.' } },
    });
    expect(check('openai-responses', Buffer.from(stream(...start, ...answer)))).toMatchObject({ terminal: 'none' });
  });
});
