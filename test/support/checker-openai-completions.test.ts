import { describe, expect, test } from 'vitest';
import { check } from './checker/check.ts';
import type { CheckOptions } from './checker/check-options.ts';
import { openaiCompletionsRules } from './checker/openai-completions.ts';

const envelope = { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm' };
const line = (data: unknown) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
const chunk = (more: object = {}, top: object = {}) =>
  line({ ...envelope, choices: [{ index: 0, text: '', finish_reason: null, ...more }], ...top });

const text = chunk({ text: 'Hi' });
const finish = chunk({ finish_reason: 'stop' });
const usage = line({ ...envelope, choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } });
const failure = `event: error\n${line({ error: { message: 'No.', type: 'server_error', param: null, code: 'upstream_cut' } })}`;
const done = line('[DONE]');

type Case = [what: string, stream: string, options?: CheckOptions];

const good: Case[] = [
  ['text', text + finish + done],
  ['silence', chunk() + text + chunk() + finish + done],
  ['an opening of our own, then the target’s names', chunk({}, { id: 'ours' }) + text + finish + done],
  ['usage that was asked for', text + finish + usage + done, { showUsage: true }],
  ['several choices', text + chunk({ index: 1, text: 'Ho' }) + chunk({ index: 1, finish_reason: 'length' }) + finish + done],
  ['an error in the text', text + failure + done, { expectError: true }],
];

/** Streams that break one rule which chat completions do not have, or have otherwise. */
const bad: Record<string, Case[]> = {
  'chunk-fields': [
    ['chat’s name for a chunk', text + chunk({ finish_reason: 'stop' }, { object: 'chat.completion.chunk' }) + done],
  ],
  'no-null': [['logprobs: null', chunk({ text: 'Hi', logprobs: null }) + finish + done]],
  'line-size': [['text that could have been split', chunk({ text: 'x'.repeat(17_000) }) + finish + done]],
  'code-points': [['half a code point', chunk({ text: '\ud83d' }) + chunk({ text: '\ude00' }) + finish + done]],
  'text-always': [['no text', line({ ...envelope, choices: [{ index: 0, finish_reason: null }] }) + finish + done]],
  'text-alone': [
    ['a role', chunk({ role: 'assistant' }) + finish + done],
    ['a delta', chunk({ delta: { content: 'Hi' } }) + finish + done],
  ],
  'finish-alone': [['text in the finish', chunk({ text: 'Hi', finish_reason: 'stop' }) + done]],
};

describe('the rules of text completions', () => {
  test.each(good)('accept: %s', (_what, stream, options) => {
    expect(check('openai-completions', Buffer.from(stream), options).violations).toEqual([]);
  });

  for (const [rule, streams] of Object.entries(bad)) {
    test.each(streams)(`only ${rule} rejects: %s`, (_what, stream, options) => {
      const { violations } = check('openai-completions', Buffer.from(stream), options);
      expect(new Set(violations.map((violation) => violation.split(':')[0]))).toEqual(new Set([rule]));
    });
  }

  test('each of its rules has a stream that breaks it', () => {
    const own = openaiCompletionsRules.slice(-3).map(({ id }) => id);
    expect(Object.keys(bad)).toEqual(expect.arrayContaining(own));
  });
});
