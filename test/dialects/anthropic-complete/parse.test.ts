import { describe, expect, test } from 'vitest';
import { parse } from '../../../lib/dialects/anthropic-complete/parse.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';

const base = { model: 'claude-2.1', prompt: '\n\nHuman: Why?\n\nAssistant:' };
const defaults = { maxOutputTokens: 256, temperature: 1, topP: 1, topK: 250 };

describe('a request for a text completion', () => {
  test('has the documented defaults', () => {
    expect(parse(base)).toEqual({
      dialect: 'anthropic-complete',
      body: base,
      model: 'claude-2.1',
      stream: false,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Why?', field: 'prompt' }] }],
      parameters: defaults,
      spelling: { maxOutputTokens: 'max_tokens_to_sample', temperature: 'temperature', topP: 'top_p', topK: 'top_k' },
      unknown: [],
      showUsage: false,
    });
  });

  test.each<[JsonObject, JsonObject]>([
    [
      { max_tokens_to_sample: 300, temperature: 0, top_p: 0, top_k: 500 },
      { maxOutputTokens: 300, temperature: 0, topP: 0, topK: 500 },
    ],
    [
      { max_tokens_to_sample: 0, top_k: 0 },
      { ...defaults, maxOutputTokens: 0, topK: 0 },
    ],
    [
      { max_tokens_to_sample: 99.6, top_k: 0.7 },
      { ...defaults, maxOutputTokens: 100, topK: 1 },
    ],
    [{ stop_sequences: ['sequence'] }, { ...defaults, stop: ['sequence'] }],
    [{ stop_sequences: [] }, defaults],
    [{ temperature: null, top_k: null, stop_sequences: null, stream: null }, defaults],
    [{ metadata: { user_id: 'u' } }, { ...defaults, user: 'u' }],
  ])('%j', (more, parameters) => {
    expect(parse({ ...base, ...more }).parameters).toEqual(parameters);
  });

  test('lists unknown fields', () => {
    expect(parse({ ...base, stream: true, anthropic_version: 'bedrock-2023-05-31', odd: 1 })).toMatchObject({
      stream: true,
      unknown: ['odd'],
    });
  });

  test.each<[JsonObject, string]>([
    [{ max_tokens_to_sample: -1 }, 'max_tokens_to_sample: -1 is less than 0.'],
    [{ max_tokens_to_sample: '5' }, "max_tokens_to_sample: 5 isn't a float or int."],
    [{ temperature: 1.2 }, 'temperature: 1.2 is greater than 1.'],
    [{ temperature: -0.1 }, 'temperature: -0.1 is less than 0.'],
    [{ temperature: true }, "temperature: true isn't a float or int."],
    [{ top_p: 1.1 }, 'top_p: 1.1 is greater than 1.'],
    [{ top_k: 501 }, 'top_k: 501 is greater than 500.'],
    [{ top_k: [1] }, "top_k: [1] isn't a float or int."],
    [{ stop_sequences: 'x' }, 'Make sure stop_sequences is a list.'],
    [{ stop_sequences: [1] }, 'Make sure all items in stop_sequences are strs.'],
    [{ stream: 1 }, 'Stream value: 1 is not a boolean'],
    [{ prompt: 5 }, '`prompt` must be a string.'],
    [{ prompt: null }, '`prompt` is required.'],
    [{ prompt: '\n\nHuman: \n\nAssistant:' }, '`prompt` must not be empty.'],
    [{ model: null }, '`model` is required.'],
    [{ model: 5 }, '`model` must name a model.'],
    [{ tools: [] }, '`tools` is not supported by text completions. Use the Messages API instead.'],
  ])('rejects %j with the message that its clients recognize', (more, message) => {
    expect(() => parse({ ...base, ...more })).toThrowError(
      expect.objectContaining({ kind: 'invalid_request', message, param: Object.keys(more)[0] }),
    );
  });

  test('is rejected in the version whose streams repeat the whole text', () => {
    expect(() => parse(base, { version: '2023-01-01' })).toThrowError(expect.objectContaining({ kind: 'invalid_request' }));
    expect(parse(base, { version: '2023-06-01' }).model).toBe('claude-2.1');
  });
});
