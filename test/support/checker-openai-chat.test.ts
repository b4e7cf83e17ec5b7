import { describe, expect, test } from 'vitest';
import { check } from './checker/check.ts';
import type { CheckOptions } from './checker/check-options.ts';
import { openaiChatRules } from './checker/openai-chat.ts';

const envelope = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
const line = (data: unknown) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
const chunk = (delta: object, more: object = {}, top: object = {}) =>
  line({ ...envelope, choices: [{ index: 0, delta, finish_reason: null, ...more }], ...top });

const role = chunk({ role: 'assistant', content: '' });
const text = chunk({ content: 'Hi' });
const opening = chunk({});
const finish = chunk({}, { finish_reason: 'stop' });
const usage = line({ ...envelope, choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } });
const failure = (more: object = {}) => `event: error\n${plainFailure(more)}`;
const plainFailure = (more: object = {}) =>
  line({ error: { message: 'No.', type: 'server_error', param: null, code: 'upstream_cut' }, ...more });
const done = line('[DONE]');
const openCall = (index: number, more: object = {}, own: object = {}) =>
  chunk({
    tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name: 'f', arguments: '', ...own }, ...more }],
  });
const moreCall = (index: number, json = '{}', more: object = {}) =>
  chunk({ tool_calls: [{ index, function: { arguments: json }, ...more }] });
const large = 'x'.repeat(16 * 1024);

type Case = [what: string, stream: string | Uint8Array, options?: CheckOptions];

const good: Case[] = [
  ['text', role + text + finish + done],
  ['a role with the first text', chunk({ role: 'assistant', content: 'Hi' }) + finish + done],
  ['silence filled before and after the role', opening + opening + role + opening + text + finish + done],
  [
    'an opening of our own, then the target’s names',
    line({ ...envelope, id: 'ours', choices: [{ index: 0, delta: {} }] }) + role + finish + done,
  ],
  ['usage that was asked for', role + finish + usage + done, { showUsage: true }],
  [
    'usage in Prediction Guard’s place',
    role + chunk({}, { finish_reason: 'stop' }, { usage: { total_tokens: 1 } }) + done,
    { showUsage: 'finish chunk' },
  ],
  ['two tool calls', role + openCall(0) + moreCall(0, '{"a":') + moreCall(0, '1}') + openCall(1) + moreCall(1) + finish + done],
  [
    'a tool call in two choices',
    (() => {
      const second = (part: string) => part.replace('"index":0,"delta"', '"index":1,"delta"');
      return [role, openCall(0), moreCall(0), finish].map((part) => part + second(part)).join('') + done;
    })(),
  ],
  ['an error in the text', role + text + failure() + done, { expectError: true }],
  ['an error first', failure() + done],
  ['an error in Prediction Guard’s form', role + plainFailure() + done, { showUsage: 'finish chunk' }],
  ['an error after an opening', opening + failure() + done],
  ['an error inside a tool call', role + openCall(0) + failure() + done],
  ['the escaped sentinel in text', role + text.replace('Hi', '\\u005bDONE]') + finish + done],
  ['a long line that cannot be split', role + chunk({ content: 'a' }, { logprobs: { content: [large] } }) + finish + done],
];

const bad: Record<string, Case[]> = {
  'utf-8': [
    [
      'a byte that is none',
      Buffer.concat([Buffer.from(role), Buffer.from(text.replace('Hi', '\xff'), 'latin1'), Buffer.from(finish + done)]),
    ],
  ],
  'no-bom': [['a byte order mark', `\ufeff${role}${text}${finish}${done}`]],
  'no-cr': [
    ['CRLF', (role + finish + done).replaceAll('\n', '\r\n')],
    ['one CR', role + finish.replace('\n\n', '\r\n\n') + done],
  ],
  framing: [
    ['no empty line at the end', role + finish + done.slice(0, -1)],
    ['two empty lines', `${role}\n${finish}${done}`],
    ['JSON on two data lines', role + finish.replace(',"choices"', '\ndata: ,"choices"') + done],
  ],
  json: [
    ['cut JSON', role + text.replace('}\n', '\n') + finish + done],
    ['a bare number', role + line('1') + finish + done],
  ],
  'data-lines': [
    ['a comment', `${role}: ping\n\n${finish}${done}`],
    ['an event line', `event: message\n${role}${finish}${done}`],
    ['an id', `id: 1\n${role}${finish}${done}`],
    ['a retry', `retry: 1\n\n${role}${finish}${done}`],
    ['no space', role + finish.replace('data: ', 'data:') + done],
    ['two spaces', role + finish.replace('data: ', 'data:  ') + done],
  ],
  'error-named': [
    ['an error without a name', role + plainFailure() + done],
    ['a chunk with its name', `event: error\n${role}${finish}${done}`],
    ['an end with its name', `${role}${failure()}event: error\n${done}`],
    ['a name in Prediction Guard’s form', role + failure() + done, { showUsage: 'finish chunk' }],
  ],
  'done-escaped': [['the sentinel in text', role + text.replace('Hi', '[DONE]') + finish + done]],
  'done-last': [
    ['none', role + finish],
    ['two', role + finish + done + done],
    ['none after an error', role + failure()],
  ],
  'chunk-fields': [
    ['created with a fraction', (role + finish).replaceAll('"created":1', '"created":1.5') + done],
    ['no id', role + text.replace('"id":"chatcmpl-1",', '') + finish + done],
    ['a model that is null', role + text.replace('"model":"m"', '"model":null') + finish + done],
    ['another object', role + text.replace('chat.completion.chunk', 'chat.completion') + finish + done],
    ['no choices', role + line({ ...envelope, type: 'ping' }) + finish + done],
  ],
  constant: [
    ['another id', role + text.replace('chatcmpl-1', 'chatcmpl-2') + finish + done],
    ['another model at the end', role + text + finish.replace('"model":"m"', '"model":"n"') + done],
    ['another created', role + text.replace('"created":1', '"created":2') + finish + done],
  ],
  'finish-once': [
    ['none', role + text + done],
    ['nothing at all', done],
    ['two', role + text + finish + finish + done],
    ['one choice of two', role + finish + (role + text).replaceAll('"index":0', '"index":1') + done],
  ],
  'after-finish': [
    ['text', role + finish + text + done],
    ['silence', role + finish + opening + done],
  ],
  'one-terminal': [['an error after the finish', role + finish + failure() + done]],
  'error-last': [
    ['text after an error', role + failure() + text + done],
    ['two errors', role + failure() + failure() + done],
  ],
  'error-form': [
    ['choices beside it', role + failure({ choices: [] }) + done],
    ['a bare message', `${role}event: error\n${line({ error: 'No.' })}${done}`],
    ['no type', role + failure().replace('"type":"server_error",', '') + done],
    ['no param', role + failure().replace('"param":null,', '') + done],
    ['no message', role + failure().replace('No.', '') + done],
  ],
  'no-empty-choices': [
    ['filter results alone', line({ ...envelope, choices: [], prompt_filter_results: [] }) + role + finish + done],
    [
      'two, for a caller who asked for usage',
      role + line({ ...envelope, choices: [] }) + finish + usage + done,
      { showUsage: true },
    ],
  ],
  'usage-chunk': [
    ['none', role + finish + done, { showUsage: true }],
    ['two', role + finish + usage + usage + done, { showUsage: true }],
    ['usage before the finish', role + usage + finish + done, { showUsage: true }],
    [
      'usage beside the finish',
      role + chunk({}, { finish_reason: 'stop' }, { usage: { total_tokens: 1 } }) + done,
      { showUsage: true },
    ],
  ],
  'usage-in-finish': [
    ['none', role + finish + done, { showUsage: 'finish chunk' }],
    [
      'usage before the finish',
      role + chunk({}, {}, { usage: { total_tokens: 1 } }) + finish + done,
      { showUsage: 'finish chunk' },
    ],
  ],
  'usage-hidden': [['usage unasked', role + chunk({}, { finish_reason: 'stop' }, { usage: { total_tokens: 1 } }) + done]],
  'no-null': [
    ['content', role + chunk({ content: null }) + finish + done],
    ['text', role + chunk({ content: 'Hi' }, { text: null }) + finish + done],
    ['logprobs', role + chunk({ content: 'Hi' }, { logprobs: null }) + finish + done],
  ],
  'line-size': [
    ['text', role + chunk({ content: large }) + finish + done],
    ['arguments', role + openCall(0) + moreCall(0, large) + finish + done],
    ['reasoning', role + chunk({ reasoning_content: large }) + finish + done],
  ],
  'code-points': [['half an emoji', role + chunk({ content: '\ud83d' }) + chunk({ content: '\ude00' }) + finish + done]],
  'role-first': [
    ['none', text + finish + done],
    ['a second', role + chunk({ role: 'assistant', content: 'Hi' }) + finish + done],
  ],
  'finish-alone': [
    ['the last text', role + chunk({ content: 'Hi' }, { finish_reason: 'stop' }) + done],
    ['empty text', role + chunk({ content: '' }, { finish_reason: 'stop' }) + done],
  ],
  'tool-single': [
    [
      'two in one chunk',
      role +
        openCall(0) +
        chunk({
          tool_calls: [
            { index: 0, function: { arguments: '{}' } },
            { index: 1, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } },
          ],
        }) +
        moreCall(1) +
        finish +
        done,
    ],
    ['an empty list', role + chunk({ tool_calls: [] }) + finish + done],
  ],
  'tool-open': [
    ['no name', role + openCall(0, {}, { name: '' }) + moreCall(0) + finish + done],
    ['no id', role + openCall(0, { id: undefined }) + moreCall(0) + finish + done],
    ['no type', role + openCall(0, { type: undefined }) + moreCall(0) + finish + done],
    ['arguments at once', role + openCall(0, {}, { arguments: '{}' }) + finish + done],
  ],
  'tool-continue': [
    ['the type again', role + openCall(0) + moreCall(0, '{}', { type: 'function' }) + finish + done],
    ['the name again', role + openCall(0) + moreCall(0, '', { function: { name: 'f', arguments: '{}' } }) + finish + done],
    ['no text', role + openCall(0) + moreCall(0, '') + moreCall(0) + finish + done],
  ],
  'tool-dense': [['a call that begins at 1', role + openCall(1) + moreCall(1) + finish + done]],
  'tool-sequence': [
    ['interleaved calls', role + openCall(0) + moreCall(0, '{') + openCall(1) + moreCall(1) + moreCall(0, '}') + finish + done],
  ],
  'tool-arguments': [['none', role + openCall(0) + finish + done]],
  'expected-end': [
    ['a finish for an error', role + finish + done, { expectError: true }],
    ['an error for a finish', role + failure() + done, { expectError: false }],
  ],
};

function violationsOf(stream: string | Uint8Array, options?: CheckOptions): string[] {
  return check('openai-chat', typeof stream === 'string' ? Buffer.from(stream) : stream, options).violations;
}

describe('the contract of chat completions', () => {
  test.each(good)('accepts: %s', (_, stream, options) => {
    expect(violationsOf(stream, options)).toEqual([]);
  });

  test.each(
    Object.entries(bad).flatMap(([rule, cases]) => cases.map(([what, stream, options]) => ({ rule, what, stream, options }))),
  )('only $rule rejects: $what', ({ rule, stream, options }) => {
    expect(new Set(violationsOf(stream, options).map((violation) => violation.split(':')[0]))).toEqual(new Set([rule]));
  });

  test('every rule has a stream that breaks it', () => {
    expect(openaiChatRules.map(({ id }) => id).filter((id) => !bad[id])).toEqual([]);
  });

  test('returns what the client sees', () => {
    const { terminal, truth } = check('openai-chat', Buffer.from(role + text + openCall(0) + moreCall(0) + finish + done));
    expect({ terminal, ...truth }).toMatchObject({
      terminal: 'finish',
      text: 'Hi',
      tools: [{ id: 'call_0', name: 'f', arguments: {} }],
      finish: { raw: 'stop', reason: 'tool-call' },
    });
    expect(check('openai-chat', Buffer.from(role + failure() + done))).toMatchObject({
      terminal: 'error',
      truth: { error: { message: 'No.' } },
    });
    expect(check('openai-chat', Buffer.from(role + text))).toMatchObject({ terminal: 'none' });
  });
});
