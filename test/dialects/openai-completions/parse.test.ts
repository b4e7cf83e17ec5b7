import { describe, expect, test } from 'vitest';
import { parse } from '../../../lib/dialects/openai-completions/parse.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';

const parsed = (more: JsonObject) => parse({ model: 'm', prompt: 'Once', ...more });
const turn = (text: string, field: string) => [{ role: 'user', content: [{ type: 'text', text, field }] }];

describe('the prompt', () => {
  test('is one unchanged user turn', () => {
    expect(parsed({ prompt: ' Once\n\n' }).messages).toEqual(turn(' Once\n\n', 'prompt'));
    expect(parsed({ prompt: '' }).messages).toEqual(turn('', 'prompt'));
  });

  test('is the same as a list of one, and several answers as a list of more', () => {
    expect(parsed({ prompt: ['a'] })).toMatchObject({ messages: turn('a', 'prompt[0]') });
    expect(parsed({ prompt: ['a'] })).not.toHaveProperty('furtherPrompts');
    expect(parsed({ prompt: ['a', 'b', 'c'] })).toMatchObject({
      messages: turn('a', 'prompt[0]'),
      furtherPrompts: [turn('b', 'prompt[1]'), turn('c', 'prompt[2]')],
    });
  });
});

describe('parameters', () => {
  test.each<[JsonObject, JsonObject]>([
    [{}, { maxOutputTokens: 16 }],
    [
      { max_tokens: 100, temperature: 0, top_p: 1, top_k: 5, seed: 1 },
      { maxOutputTokens: 100, temperature: 0, topP: 1, topK: 5, seed: 1 },
    ],
    [{ stop: 'x' }, { maxOutputTokens: 16, stop: ['x'] }],
    [
      { stop: ['x', 'y'], n: 2 },
      { maxOutputTokens: 16, stop: ['x', 'y'], choices: 2 },
    ],
    [
      { frequency_penalty: -2, presence_penalty: 2, logit_bias: { 5: -100 }, user: 'u' },
      { maxOutputTokens: 16, frequencyPenalty: -2, presencePenalty: 2, logitBias: { 5: -100 }, user: 'u' },
    ],
    [{ suffix: '', echo: false, best_of: 1, n: 1, stop: [], response_format: { type: 'text' } }, { maxOutputTokens: 16 }],
    [
      { suffix: 'z', echo: true, best_of: 3, logprobs: 0, response_format: { type: 'json_object' } },
      {
        maxOutputTokens: 16,
        textCompletion: { suffix: 'z', echo: true, best_of: 3, logprobs: 0, response_format: { type: 'json_object' } },
      },
    ],
    [{ temperature: null, stop: null, logprobs: null, logit_bias: null, seed: null }, { maxOutputTokens: 16 }],
    [{ input: { pii: 'block' } }, { maxOutputTokens: 16, inputChecks: { pii: 'block' } }],
  ])('of %j are parsed', (body, parameters) => {
    expect(parsed(body).parameters).toEqual(parameters);
  });

  test('keep the client’s names', () => {
    expect(parsed({ echo: true, top_k: 1 }).spelling).toEqual({
      maxOutputTokens: 'max_tokens',
      topK: 'top_k',
      textCompletion: 'echo',
    });
  });

  test('are listed if unknown', () => {
    expect(parsed({ guided_regex: 'a', stream: true, stream_options: { include_usage: true } })).toMatchObject({
      unknown: ['guided_regex'],
      stream: true,
      showUsage: true,
    });
  });
});

describe('an invalid request names the field', () => {
  test.each<[JsonObject, string, RegExp]>([
    [{ prompt: null }, 'prompt', /is required/],
    [{ prompt: 5 }, 'prompt', /must be a string or an array of strings/],
    [{ prompt: [] }, 'prompt', /at least one string/],
    [{ prompt: [1, 2] }, 'prompt', /Token ids are specific to one model/],
    [{ prompt: [[1, 2]] }, 'prompt', /Token ids are specific to one model/],
    [{ prompt: ['a', {}] }, 'prompt[1]', /must be a string/],
    [{ prompt: Array.from({ length: 65 }, () => 'a'), n: 2 }, 'prompt', /at most 128 completions/],
    [{ model: '' }, 'model', /must name a model/],
    [{ max_tokens: -1 }, 'max_tokens', /of 0 or more/],
    [{ temperature: 2.1 }, 'temperature', /from 0 to 2/],
    [{ top_p: -1 }, 'top_p', /from 0 to 1/],
    [{ logprobs: true }, 'logprobs', /integer from 0 to 5/],
    [{ stream: 'yes' }, 'stream', /true or false/],
    [{ tools: [] }, 'tools', /Use chat completions/],
    [{ messages: [] }, 'messages', /Use chat completions/],
    [{ output: { toxicity: true }, stream: true }, 'output', /not supported when streaming/],
  ])('%j', (body, param, message) => {
    expect(() => parsed(body)).toThrowError(
      expect.objectContaining({ kind: 'invalid_request', param, message: expect.stringMatching(message) }),
    );
  });
});
