import { describe, expect, test } from 'vitest';
import { anthropicMessagesRules } from './checker/anthropic-messages.ts';
import { check } from './checker/check.ts';
import type { CheckOptions } from './checker/check-options.ts';

const event = (payload: { type: string } & Record<string, unknown>) =>
  `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`;
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 0 },
};

const startWith = (more: object) => event({ type: 'message_start', message: { ...message, ...more } });
const start = startWith({});
const ping = event({ type: 'ping' });
const open = (index: number, block: object) => event({ type: 'content_block_start', index, content_block: block });
const openText = (index: number) => open(index, { type: 'text', text: '' });
const openTool = (index: number, more: object = {}) =>
  open(index, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {}, ...more });
const delta = (index: number, part: object) => event({ type: 'content_block_delta', index, delta: part });
const text = (index: number, content = 'Hi') => delta(index, { type: 'text_delta', text: content });
const json = (index: number, content = '{}') => delta(index, { type: 'input_json_delta', partial_json: content });
const end = (index: number) => event({ type: 'content_block_stop', index });
const answer = openText(0) + text(0) + end(0);
const stopping = event({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 2 },
});
const stop = event({ type: 'message_stop' });
const failure = event({ type: 'error', error: { type: 'api_error', message: 'No.' }, request_id: 'req_1' });
const large = 'x'.repeat(16 * 1024);

type Case = [what: string, stream: string | Uint8Array, options?: CheckOptions];

const good: Case[] = [
  ['text', start + answer + stopping + stop],
  ['an empty answer', start + stopping + stop],
  ['pings before and between', ping + start + ping + openText(0) + ping + text(0) + end(0) + stopping + ping + stop],
  [
    'thinking, hidden thinking, text and a tool call',
    start +
      open(0, { type: 'thinking', thinking: '', signature: '' }) +
      delta(0, { type: 'thinking_delta', thinking: 'hm' }) +
      delta(0, { type: 'signature_delta', signature: 's' }) +
      end(0) +
      open(1, { type: 'redacted_thinking', data: 'zz' }) +
      end(1) +
      openText(2) +
      delta(2, { type: 'citations_delta', citation: {} }) +
      end(2) +
      openTool(3) +
      json(3) +
      end(3) +
      stopping +
      stop,
  ],
  [
    'a block of the provider’s own',
    start + open(0, { type: 'server_tool_use', id: 'x', name: 'search', input: {} }) + json(0) + end(0) + stopping + stop,
  ],
  ['an error inside a block', start + openText(0) + text(0) + failure, { expectError: true }],
  ['an error first', failure],
  ['a long line that cannot be split', start + open(0, { type: 'redacted_thinking', data: large }) + end(0) + stopping + stop],
];

const bad: Record<string, Case[]> = {
  'utf-8': [['a byte that is none', Buffer.from((start + answer + stopping + stop).replace('Hi', '\xff'), 'latin1')]],
  'no-bom': [['a byte order mark', `\ufeff${start}${stopping}${stop}`]],
  'no-cr': [['CRLF', (start + stopping + stop).replaceAll('\n', '\r\n')]],
  framing: [['no empty line at the end', start + stopping + stop.slice(0, -1)]],
  json: [['cut JSON', `${start}event: ping\ndata: {"type"\n\n${stopping}${stop}`]],
  'line-size': [
    ['text', start + openText(0) + text(0, large) + end(0) + stopping + stop],
    ['arguments', start + openTool(0) + json(0, large) + end(0) + stopping + stop],
  ],
  'code-points': [['half an emoji', start + openText(0) + text(0, '\ud83d') + text(0, '\ude00') + end(0) + stopping + stop]],
  'event-line': [
    ['none', start + answer.replace('event: content_block_delta\n', '') + stopping + stop],
    ['another name', start + answer.replace('event: content_block_delta', 'event: message') + stopping + stop],
    ['a comment', `${start}: ping\n\n${stopping}${stop}`],
    ['an id', `id: 1\n${start}${stopping}${stop}`],
  ],
  'known-types': [['a type of our own', start + event({ type: 'metadata' }) + stopping + stop]],
  'start-first': [
    ['none', answer + stopping + stop],
    ['two', start + start + answer + stopping + stop],
  ],
  'start-form': [
    ['no id', startWith({ id: '' }) + stopping + stop],
    ['no usage', startWith({ usage: undefined }) + stopping + stop],
    ['usage without a count', startWith({ usage: { input_tokens: 1 } }) + stopping + stop],
    ['content', startWith({ content: [{}] }) + stopping + stop],
    ['a stop reason', startWith({ stop_reason: 'end_turn' }) + stopping + stop],
    ['no role', startWith({ role: undefined }) + stopping + stop],
  ],
  'dense-indices': [
    ['a skipped index', start + openText(1) + text(1) + end(1) + stopping + stop],
    ['an index used twice', start + answer + answer + stopping + stop],
  ],
  'no-overlap': [['a block inside another', start + openText(0) + openText(1) + text(1) + end(1) + stopping + stop]],
  'inside-block': [
    ['a delta of a closed block', start + answer + text(0) + stopping + stop],
    ['an end twice', start + answer + end(0) + stopping + stop],
  ],
  'block-form': [
    ['text with content', start + open(0, { type: 'text', text: 'Hi' }) + end(0) + stopping + stop],
    ['a tool call without a name', start + openTool(0, { name: '' }) + json(0) + end(0) + stopping + stop],
    ['a tool call without an id', start + openTool(0, { id: undefined }) + json(0) + end(0) + stopping + stop],
    ['hidden thinking without data', start + open(0, { type: 'redacted_thinking' }) + end(0) + stopping + stop],
    ['no type', start + open(0, {}) + end(0) + stopping + stop],
  ],
  'delta-fits-block': [
    ['thinking in text', start + openText(0) + delta(0, { type: 'thinking_delta', thinking: 'hm' }) + end(0) + stopping + stop],
    ['text in a tool call', start + openTool(0) + text(0) + json(0) + end(0) + stopping + stop],
  ],
  'blocks-closed': [['a block left open', start + openText(0) + text(0) + stopping + stop]],
  'message-delta': [
    ['none', start + answer + stop],
    ['two', start + answer + stopping + stopping + stop],
    ['no stop reason', start + answer + stopping.replace('"end_turn"', 'null') + stop],
    ['no usage', start + answer + stopping.replace('"output_tokens":2', '') + stop],
    ['a block after it', start + stopping + answer + stop],
    ['a stop before an error', start + answer + stopping + failure],
  ],
  'one-terminal': [
    ['none', start + answer + stopping],
    ['two', start + answer + stopping + stop + stop],
    ['a ping after it', start + answer + stopping + stop + ping],
    ['text after an error', start + failure + answer],
    ['a stop after an error', start + failure + stop],
  ],
  'error-form': [
    ['no request id', start + failure.replace(',"request_id":"req_1"', '')],
    ['no message', start + failure.replace('No.', '')],
    ['no type', start + failure.replace('"type":"api_error",', '')],
  ],
};

function violationsOf(stream: string | Uint8Array, options?: CheckOptions): string[] {
  return check('anthropic-messages', typeof stream === 'string' ? Buffer.from(stream) : stream, options).violations;
}

describe('the contract of messages', () => {
  test.each(good)('accepts: %s', (_, stream, options) => {
    expect(violationsOf(stream, options)).toEqual([]);
  });

  test.each(
    Object.entries(bad).flatMap(([rule, cases]) => cases.map(([what, stream, options]) => ({ rule, what, stream, options }))),
  )('only $rule rejects: $what', ({ rule, stream, options }) => {
    expect(new Set(violationsOf(stream, options).map((violation) => violation.split(':')[0]))).toEqual(new Set([rule]));
  });

  test('every rule has a stream that breaks it', () => {
    expect(anthropicMessagesRules.map(({ id }) => id).filter((id) => !bad[id])).toEqual([]);
  });

  test('returns what the client sees', () => {
    expect(check('anthropic-messages', Buffer.from(start + answer + stopping + stop))).toMatchObject({
      terminal: 'finish',
      truth: { text: 'Hi', finish: { raw: 'end_turn', reason: 'stop' }, usage: { input: 1, output: 2 } },
    });
    expect(check('anthropic-messages', Buffer.from(start + failure))).toMatchObject({
      terminal: 'error',
      truth: { error: { message: 'No.' } },
    });
    expect(check('anthropic-messages', Buffer.from(start + answer))).toMatchObject({ terminal: 'none' });
  });
});
