import { describe, expect, test } from 'vitest';
import { parse } from '../../../lib/dialects/openai-chat/parse.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';

const base = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const parsed = (more: JsonObject) => parse({ ...base, ...more });
const contentOf = (...messages: JsonObject[]) => parse({ model: 'm', messages }).messages;

function fault(body: JsonObject): [string | undefined, string] {
  try {
    parse(body);
  } catch (thrown) {
    if (thrown instanceof SluiceError && thrown.kind === 'invalid_request') return [thrown.param, thrown.message];
    throw thrown;
  }
  return ['none', 'no fault'];
}

const parameters: [JsonObject, JsonObject][] = [
  [{ max_tokens: 5 }, { maxOutputTokens: 5 }],
  [{ max_tokens: 5, max_completion_tokens: 6 }, { maxOutputTokens: 6 }],
  [
    { temperature: 0, top_p: 1, top_k: 50, seed: -1 },
    { temperature: 0, topP: 1, topK: 50, seed: -1 },
  ],
  [
    { frequency_penalty: -2, presence_penalty: 2, logit_bias: { 5: -100 } },
    { frequencyPenalty: -2, presencePenalty: 2, logitBias: { 5: -100 } },
  ],
  [{ stop: 'x' }, { stop: ['x'] }],
  [{ stop: ['x', 'y'] }, { stop: ['x', 'y'] }],
  [{ stop: [] }, {}],
  [{ n: 1 }, {}],
  [{ n: 2 }, { choices: 2 }],
  [{ logprobs: false }, {}],
  [{ logprobs: true, top_logprobs: 3 }, { logprobs: { top: 3 } }],
  [{ tool_choice: 'any' }, { toolChoice: { type: 'required' } }],
  [{ tool_choice: 'required' }, { toolChoice: { type: 'required' } }],
  [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { toolChoice: { type: 'tool', name: 'f' } }],
  [{ tool_choice: { type: 'allowed_tools' } }, { toolChoice: { type: 'passthrough', value: { type: 'allowed_tools' } } }],
  [{ parallel_tool_calls: false }, { parallelToolCalls: false }],
  [{ reasoning_effort: 'none' }, { reasoning: { enabled: false } }],
  [{ reasoning_effort: 'xhigh' }, { reasoning: { enabled: true, effort: 'xhigh' } }],
  [{ response_format: { type: 'text' } }, {}],
  [{ response_format: { type: 'json_object' } }, { responseFormat: { type: 'json-object' } }],
  [
    { response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' }, strict: true } } },
    { responseFormat: { type: 'json-schema', name: 's', schema: { type: 'object' }, strict: true } },
  ],
  [{ modalities: ['text'] }, {}],
  [
    { modalities: ['text', 'audio'], audio: { voice: 'v' } },
    { modalities: { modalities: ['text', 'audio'], audio: { voice: 'v' } } },
  ],
  [{ web_search_options: {} }, { webSearch: {} }],
  [{ functions: [{ name: 'f' }], function_call: 'auto' }, { legacyFunctions: [{ name: 'f' }] }],
  [
    { input: { pii: 'block' }, output: { toxicity: true } },
    { inputChecks: { pii: 'block' }, outputChecks: { toxicity: true } },
  ],
  [{ user: 'u', safety_identifier: 's' }, { user: 'u' }],
  [
    { metadata: { a: 'b' }, store: true, prompt_cache_key: 'k' },
    { metadata: { a: 'b' }, store: true, cacheKey: 'k' },
  ],
  [
    { verbosity: 'low', service_tier: 'flex', include_thinking: true },
    { verbosity: 'low', serviceTier: 'flex', includeThinking: true },
  ],
];

const faults: [string, JsonObject, string, string][] = [
  ['no model', { messages: base.messages }, 'model', '`model` is required.'],
  ['an empty model', { ...base, model: '' }, 'model', '`model` must name a model.'],
  ['no messages', { model: 'm' }, 'messages', '`messages` is required.'],
  ['empty messages', { ...base, messages: [] }, 'messages', '`messages` must have at least one message.'],
  ['messages that are a number', { ...base, messages: 3 }, 'messages', '`messages` must be an array of messages, not 3.'],
  [
    'a message that is null',
    { ...base, messages: [null] },
    'messages[0]',
    '`messages[0]` must be an object with a role, not null.',
  ],
  ['no role', { ...base, messages: [{ content: 'x' }] }, 'messages[0].role', '`messages[0].role` is required.'],
  [
    'a strange role',
    { ...base, messages: [...base.messages, { role: 'robot', content: 'x' }] },
    'messages[1].role',
    '`messages[1].role` must be one of system, developer, user, assistant, tool, function, not "robot".',
  ],
  ['no content', { ...base, messages: [{ role: 'user' }] }, 'messages[0].content', '`messages[0].content` is required.'],
  [
    'content null',
    { ...base, messages: [{ role: 'system', content: null }] },
    'messages[0].content',
    '`messages[0].content` is required.',
  ],
  [
    'a part without a type',
    { ...base, messages: [{ role: 'user', content: [{}] }] },
    'messages[0].content[0].type',
    '`messages[0].content[0].type` is required.',
  ],
  [
    'a text part without text',
    { ...base, messages: [{ role: 'user', content: [{ type: 'text' }] }] },
    'messages[0].content[0].text',
    '`messages[0].content[0].text` must be a string.',
  ],
  [
    'an image that is no URL',
    { ...base, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }] }] },
    'messages[0].content[0].image_url.url',
    '`messages[0].content[0].image_url.url` must be an http(s) URL or a base64 data: URL.',
  ],
  [
    'a result without its call',
    { ...base, messages: [{ role: 'tool', content: 'x' }] },
    'messages[0].tool_call_id',
    '`messages[0].tool_call_id` is required in a message of role `tool`.',
  ],
  ['temperature 2.1', { ...base, temperature: 2.1 }, 'temperature', '`temperature` must be a number from 0 to 2, not 2.1.'],
  ['temperature -1', { ...base, temperature: -1 }, 'temperature', '`temperature` must be a number from 0 to 2, not -1.'],
  ['temperature as text', { ...base, temperature: '1' }, 'temperature', '`temperature` must be a number from 0 to 2, not "1".'],
  ['top_p 1.1', { ...base, top_p: 1.1 }, 'top_p', '`top_p` must be a number from 0 to 1, not 1.1.'],
  [
    'a penalty of 3',
    { ...base, presence_penalty: 3 },
    'presence_penalty',
    '`presence_penalty` must be a number from -2 to 2, not 3.',
  ],
  [
    'a bias of 101',
    { ...base, logit_bias: { 50: 101 } },
    'logit_bias.50',
    '`logit_bias.50` must be a number from -100 to 100, not 101.',
  ],
  [
    'no tokens',
    { ...base, max_completion_tokens: 0 },
    'max_completion_tokens',
    '`max_completion_tokens` must be an integer of 1 or more, not 0.',
  ],
  ['half a token', { ...base, max_tokens: 0.5 }, 'max_tokens', '`max_tokens` must be an integer of 1 or more, not 0.5.'],
  ['n 129', { ...base, n: 129 }, 'n', '`n` must be an integer from 1 to 128, not 129.'],
  [
    'an unknown effort',
    { ...base, reasoning_effort: 'huge' },
    'reasoning_effort',
    '`reasoning_effort` must be one of none, minimal, low, medium, high, xhigh, max, not "huge".',
  ],
  [
    'an unknown tool choice',
    { ...base, tool_choice: 'maybe' },
    'tool_choice',
    '`tool_choice` must be auto, none, required, any or an object that names a function, not "maybe".',
  ],
  [
    'an unknown format',
    { ...base, response_format: { type: 'xml' } },
    'response_format.type',
    '`response_format.type` must be text, json_object or json_schema, not "xml".',
  ],
  [
    'a function without a name',
    { ...base, tools: [{ type: 'function', function: {} }] },
    'tools[0].function.name',
    '`tools[0].function.name` is required.',
  ],
  [
    'a tool without a function',
    { ...base, tools: [{ type: 'function' }] },
    'tools[0].function',
    '`tools[0].function` is required.',
  ],
  [
    '129 functions',
    { ...base, tools: Array.from({ length: 129 }, (_, index) => ({ type: 'function', function: { name: `f${index}` } })) },
    'tools',
    '`tools` must have at most 128 functions.',
  ],
  ['a stream that is text', { ...base, stream: 'yes' }, 'stream', '`stream` must be true or false, not "yes".'],
  [
    'checks of a stream',
    { ...base, stream: true, output: { toxicity: true } },
    'output',
    'Factuality and toxicity checks are not supported when streaming is enabled.',
  ],
];

describe('openai-chat parse', () => {
  test.each(parameters)('reads %j', (more, expected) => {
    expect(parsed(more).parameters).toEqual(expected);
  });

  test.each(faults)('rejects %s', (_, body, param, message) => {
    expect(fault(body)).toEqual([param, message]);
  });

  test('keeps the client’s spelling of a parameter, and lists unknown ones', () => {
    const { spelling, unknown } = parsed({ max_tokens: 5, tool_choice: 'any', top_a: 1, prediction: {} });
    expect(spelling).toEqual({ maxOutputTokens: 'max_tokens', toolChoice: 'tool_choice' });
    expect(unknown).toEqual(['top_a', 'prediction']);
  });

  test('reads null as absent, as Prediction Guard sends it', () => {
    const names = [
      'frequency_penalty',
      'logit_bias',
      'reasoning_effort',
      'stop',
      'stream',
      'stream_options',
      'tool_choice',
      'tools',
    ];
    const request = parsed(Object.fromEntries(names.map((name) => [name, null])));
    expect(request).toMatchObject({ stream: false, showUsage: false, parameters: {}, body: base });
    expect(Object.keys(request.body)).toEqual(['model', 'messages']);
  });

  test('keeps nulls inside schemas', () => {
    const schema = { type: 'object', properties: { a: { enum: ['x', null], default: null } } };
    const { parameters } = parsed({
      tools: [{ type: 'function', function: { name: 'f', description: null, parameters: schema } }],
    });
    expect(parameters.tools).toEqual([{ field: 'tools[0]', type: 'function', name: 'f', schema }]);
  });

  test('keeps tools of other kinds in their own form', () => {
    const custom = { type: 'custom', custom: { name: 'c' } };
    const other = { type: 'other' };
    expect(parsed({ tools: [custom, other] }).parameters.tools).toEqual([
      { field: 'tools[0]', type: 'custom', name: 'c', value: custom },
      { field: 'tools[1]', type: 'passthrough', value: other },
    ]);
  });

  test('reads stream and stream_options', () => {
    expect(parsed({ stream: true, stream_options: { include_usage: true } })).toMatchObject({ stream: true, showUsage: true });
    expect(parsed({ stream: true, stream_options: { include_usage: null } })).toMatchObject({ stream: true, showUsage: false });
  });

  test('accepts one string as messages', () => {
    expect(parse({ model: 'm', messages: 'Hi' }).messages).toEqual([
      { role: 'user', content: [{ field: 'messages', type: 'text', text: 'Hi' }] },
    ]);
  });

  test('reads instructions under either name', () => {
    expect(
      contentOf({ role: 'developer', content: 'Be brief' }, { role: 'system', content: [{ type: 'text', text: 'x' }] }),
    ).toEqual([
      { role: 'system', content: [{ field: 'messages[0].content', type: 'text', text: 'Be brief' }] },
      { role: 'system', content: [{ field: 'messages[1].content[0]', type: 'text', text: 'x' }] },
    ]);
  });

  test('reads pictures, files and its own parts', () => {
    const audio = { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } };
    const [message] = contentOf({
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/PNG;base64,AAA=', detail: null } },
        { type: 'image_url', image_url: { url: 'https://a/b.png' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;name=a.pdf;base64,BBB=' } },
        { type: 'file', file: { file_id: 'file-1' } },
        audio,
        { type: 'text', text: 'see', cache_control: { type: 'ephemeral', ttl: '1h' } },
      ],
    });
    expect(message?.content.map(({ field: _, ...part }) => part)).toEqual([
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAA=' } },
      { type: 'image', source: { kind: 'url', url: 'https://a/b.png' } },
      { type: 'document', name: 'a.pdf', source: { kind: 'base64', mediaType: 'application/pdf', data: 'BBB=' } },
      { type: 'passthrough', value: { type: 'file', file: { file_id: 'file-1' } } },
      { type: 'passthrough', value: audio },
      { type: 'text', text: 'see', cache: { ttl: '1h' } },
    ]);
  });

  test('reads calls and results, empty arguments as an object, and consecutive results as one turn', () => {
    const call = (id: string, json: string | null) => ({ id, type: 'function', function: { name: 'f', arguments: json } });
    expect(
      contentOf(
        { role: 'assistant', content: null, tool_calls: [call('a', ''), call('b', ' '), call('c', null), call('d', '{"x":1}')] },
        { role: 'tool', tool_call_id: 'a', content: 'one' },
        { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'two' }] },
        { role: 'user', content: 'so?' },
        { role: 'tool', tool_call_id: 'c', content: '' },
      ),
    ).toEqual([
      {
        role: 'assistant',
        content: ['{}', '{}', '{}', '{"x":1}'].map((json, index) => ({
          field: `messages[0].tool_calls[${index}]`,
          type: 'tool-call',
          id: 'abcd'[index],
          name: 'f',
          json,
        })),
      },
      {
        role: 'user',
        content: [
          {
            field: 'messages[1]',
            type: 'tool-result',
            id: 'a',
            content: [{ field: 'messages[1].content', type: 'text', text: 'one' }],
          },
          {
            field: 'messages[2]',
            type: 'tool-result',
            id: 'b',
            content: [{ field: 'messages[2].content[0]', type: 'text', text: 'two' }],
          },
        ],
      },
      { role: 'user', content: [{ field: 'messages[3].content', type: 'text', text: 'so?' }] },
      { role: 'user', content: [{ field: 'messages[4]', type: 'tool-result', id: 'c', content: [] }] },
    ]);
  });

  test('reads the reasoning of our own earlier answer', () => {
    const [message] = contentOf({
      role: 'assistant',
      content: 'a',
      reasoning_content: 'hm',
      reasoning_details: [
        { type: 'reasoning.text', index: 0, signature: 's1' },
        { type: 'reasoning.encrypted', index: 1, data: 'zz' },
        { type: 'reasoning.text', index: 2, signature: 's2' },
      ],
    });
    expect(message?.content.map(({ field: _, ...part }) => part)).toEqual([
      { type: 'reasoning', text: 'hm', signature: 's1' },
      { type: 'redacted-reasoning', data: 'zz' },
      { type: 'reasoning', text: '', signature: 's2' },
      { type: 'text', text: 'a' },
    ]);
    const [openRouter] = contentOf({
      role: 'assistant',
      content: 'a',
      reasoning: 'hm ok',
      reasoning_details: [
        { type: 'reasoning.text', text: 'hm ' },
        { type: 'reasoning.text', text: 'ok', signature: 's1' },
      ],
    });
    expect(openRouter?.content[0]).toMatchObject({ type: 'reasoning', text: 'hm ok', signature: 's1' });
    const [unsigned] = contentOf({ role: 'assistant', content: 'a', reasoning_content: 'hm' });
    expect(unsigned?.content[0]).toEqual({ field: 'messages[0].reasoning_content', type: 'reasoning', text: 'hm' });
  });

  test('keeps what only this dialect supports', () => {
    const result = { role: 'function', name: 'f', content: 'x' };
    expect(contentOf(result)).toEqual([
      { role: 'user', content: [{ field: 'messages[0]', type: 'passthrough', value: result }] },
    ]);
    const custom = { id: 'a', type: 'custom', custom: { name: 'c', input: 'x' } };
    expect(contentOf({ role: 'assistant', tool_calls: [custom] })[0]?.content).toEqual([
      { field: 'messages[0].tool_calls[0]', type: 'tool-call', id: 'a', name: 'c', json: '{"input":"x"}', custom: true },
    ]);
  });
});
