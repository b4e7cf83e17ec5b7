import { describe, expect, test } from 'vitest';
import { turnsOf } from '../../../lib/dialects/anthropic-complete/prompt.ts';

/** The turns in short: `user: Hi`. */
const turns = (prompt: string) =>
  turnsOf(prompt).map(({ role, content }) => `${role}: ${content.map((part) => 'text' in part && part.text).join()}`);

describe('the turns of a prompt', () => {
  test.each<[what: string, prompt: string, expected: string[]]>([
    ['without a frame', 'Why is the sky blue?', ['user: Why is the sky blue?']],
    ['in the documented frame', '\n\nHuman: Why?\n\nAssistant:', ['user: Why?']],
    ['in the frame of the bedrock-anthropic package', '\n\nHuman: Why?\n\n        \nAssistant: ', ['user: Why?']],
    ['in the frame of the official client’s constants', String.raw`\n\nHuman: Why\n?\n\nAssistant:`, [String.raw`user: Why\n?`]],
    ['framed by a hand that forgot empty lines', 'Human: Why?\nAssistant:', ['user: Why?']],
    ['with only its end framed', 'Why?\n\nAssistant:', ['user: Why?']],
    ['with CRLF', '\r\n\r\nHuman: Why?\r\n\r\nAssistant:', ['user: Why?']],
    ['of several turns', '\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:', ['user: a', 'assistant: b', 'user: c']],
    ['with an instruction first', 'Be brief.\n\nHuman: a\n\nAssistant:', ['system: Be brief.', 'user: a']],
    ['with the beginning of the answer', '\n\nHuman: a\n\nAssistant: {"b":', ['user: a', 'assistant: {"b":']],
    ['that ends with the user', '\n\nHuman: a\n\nAssistant: b\n\nHuman: c', ['user: a', 'assistant: b', 'user: c']],
    ['of several paragraphs', '\n\nHuman: a\n\nb\n\nAssistant:', ['user: a\n\nb']],
    [
      'with markers inside lines',
      '\n\nHuman: say Human: and\nAssistant: aloud\n\nAssistant:',
      ['user: say Human: and\nAssistant: aloud'],
    ],
    [
      'that quotes a conversation without being framed',
      'Sum this up:\n\nHuman: a\n\nAssistant: b\n\nHuman: c',
      ['user: Sum this up:\n\nHuman: a\n\nAssistant: b\n\nHuman: c'],
    ],
    ['of nothing', ' \n ', []],
    ['of a frame alone', '\n\nHuman:\n\nAssistant:', []],
  ])('%s', (_what, prompt, expected) => {
    expect(turns(prompt)).toEqual(expected);
  });

  test('are found in linear time for any prompt', () => {
    const hostile = ['\n'.repeat(2_000_000), '\n\nHuman:'.repeat(200_000), `${'\n \n'.repeat(600_000)}x`];
    const started = performance.now();
    for (const prompt of hostile) turnsOf(prompt);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
