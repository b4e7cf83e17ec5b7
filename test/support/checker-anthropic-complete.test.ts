import { describe, expect, test } from 'vitest';
import { anthropicCompleteRules } from './checker/anthropic-complete.ts';
import { check } from './checker/check.ts';
import type { CheckOptions } from './checker/check-options.ts';
import { testRecordings } from './recordings.ts';

const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const piece = (more: object = {}) =>
  event('completion', {
    type: 'completion',
    id: 'c',
    completion: '',
    stop_reason: null,
    model: 'm',
    stop: null,
    log_id: 'c',
    ...more,
  });

const text = piece({ completion: ' Hi' });
const stop = piece({ stop_reason: 'stop_sequence', stop: '\n\nHuman:' });
const ping = event('ping', { type: 'ping' });
const failure = (more: object = {}) =>
  event('error', { type: 'error', error: { type: 'api_error', message: 'No.' }, request_id: 'r', ...more });

type Case = [what: string, stream: string | Uint8Array, options?: CheckOptions];

const good: Case[] = [
  ['text', text + stop],
  ['pings', ping + text + ping + stop],
  ['a limit', text + piece({ stop_reason: 'max_tokens' })],
  ['an error in the text', text + failure(), { expectError: true }],
  ['an error first', ping + failure(), { expectError: true }],
];

const bad: Record<string, Case[]> = {
  'utf-8': [['a byte that is none', Buffer.from((text + stop).replace('Hi', '\xff'), 'latin1')]],
  'no-bom': [['a byte order mark', `\ufeff${text}${stop}`]],
  'no-cr': [['CRLF', (text + stop).replaceAll('\n', '\r\n')]],
  framing: [['no empty line at the end', (text + stop).slice(0, -1)]],
  json: [['no object', `${text}event: completion\ndata: 5\n\n${stop}`]],
  'line-size': [['text that could have been split', piece({ completion: 'x'.repeat(17_000) }) + stop]],
  'code-points': [['half a code point', piece({ completion: '\ud83d' }) + stop]],
  'event-line': [
    ['no event line', text.replace(/^event.*\n/, '') + stop],
    ['a comment', `: hi\n\n${text}${stop}`],
  ],
  'known-types': [['an event of Messages', event('message_start', { type: 'message_start' }) + text + stop]],
  'completion-form': [
    ['no stop_reason', piece({ stop_reason: undefined }) + stop],
    ['no text', piece({ completion: null }) + stop],
    ['no log_id', piece({ log_id: undefined }) + stop],
  ],
  constant: [['two models', text + piece({ stop_reason: 'max_tokens', model: 'n' })]],
  'stop-alone': [
    ['text in the end', text + piece({ completion: 'x', stop_reason: 'max_tokens' })],
    ['a stop before the end', piece({ stop: 'x' }) + stop],
  ],
  'one-terminal': [
    ['no end', text],
    ['text after the end', stop + text],
  ],
  'error-form': [['no request id', text + failure({ request_id: undefined })]],
};

describe('the rules of /v1/complete', () => {
  test.each(good)('accept: %s', (_what, stream, options) => {
    expect(check('anthropic-complete', Buffer.from(stream), options).violations).toEqual([]);
  });

  for (const [rule, streams] of Object.entries(bad)) {
    test.each(streams)(`only ${rule} rejects: %s`, (_what, stream, options) => {
      const { violations } = check('anthropic-complete', Buffer.from(stream), options);
      expect(new Set(violations.map((violation) => violation.split(':')[0]))).toEqual(new Set([rule]));
    });
  }

  test('each rule has a stream that breaks it', () => {
    expect(Object.keys(bad).sort()).toEqual(anthropicCompleteRules.map(({ id }) => id).sort());
  });

  testRecordings('let pass what Anthropic itself sent, but for its line ends', 'anthropic-complete', (recording) => {
    const plain = Buffer.from(Buffer.from(recording.bytes()).toString().replaceAll('\r\n', '\n'));
    expect(check('anthropic-complete', plain, { expectError: false }).violations).toEqual([]);
  });
});
