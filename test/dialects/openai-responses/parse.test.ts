import { describe, expect, test } from 'vitest';
import { openaiResponses } from '../../../lib/dialects/openai-responses/client.ts';
import { isResponsesBody, parseForChat } from '../../../lib/dialects/openai-responses/parse.ts';
import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { recordings, testRecordings } from '../../support/recordings.ts';

const parse = (more: JsonObject = {}) => openaiResponses.parse({ model: 'm', input: 'hi', ...more });
const parseInput = (...input: Json[]) => parse({ input }).messages;
const encryptReasoning = (of: Json) => `sluice.1.${Buffer.from(JSON.stringify(of)).toString('base64url')}`;

describe('parse', () => {
  test('reads text as one user turn after the instructions', () => {
    const body = { model: 'm', input: 'hi', instructions: 'Be brief.', stream: true, user: null };
    expect(openaiResponses.parse(body)).toEqual({
      dialect: 'openai-responses',
      body: { model: 'm', input: 'hi', instructions: 'Be brief.', stream: true },
      model: 'm',
      stream: true,
      messages: [
        { role: 'system', content: [{ field: 'instructions', type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: [{ field: 'input', type: 'text', text: 'hi' }] },
      ],
      parameters: {},
      spelling: {},
      unknown: [],
      showUsage: true,
    });
  });

  test('reads items as turns, and joins consecutive model items and consecutive tool results', () => {
    expect(
      parseInput(
        { role: 'developer', content: 'Rules.' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
        {
          type: 'reasoning',
          id: 'rs',
          summary: [{ type: 'summary_text', text: 'Hm' }],
          encrypted_content: encryptReasoning({ signature: 's' }),
        },
        {
          type: 'message',
          id: 'msg',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Let me see', annotations: [] }],
        },
        { type: 'function_call', id: 'fc', call_id: 'a', name: 'f', arguments: '{"x":1}' },
        { type: 'function_call', call_id: 'b', name: 'g', arguments: '' },
        { type: 'function_call_output', call_id: 'a', output: 'sunny' },
        { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_text', text: 'rain' }] },
        { role: 'user', content: 'And?' },
        { role: 'user', content: 'Well?' },
      ),
    ).toEqual([
      { role: 'system', content: [{ field: 'input[0].content', type: 'text', text: 'Rules.' }] },
      { role: 'user', content: [{ field: 'input[1].content[0]', type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { field: 'input[2]', type: 'reasoning', text: 'Hm', signature: 's' },
          { field: 'input[3].content[0]', type: 'text', text: 'Let me see' },
          { field: 'input[4]', type: 'tool-call', id: 'a', name: 'f', json: '{"x":1}' },
          { field: 'input[5]', type: 'tool-call', id: 'b', name: 'g', json: '{}' },
        ],
      },
      {
        role: 'user',
        content: [
          {
            field: 'input[6]',
            type: 'tool-result',
            id: 'a',
            content: [{ field: 'input[6].output', type: 'text', text: 'sunny' }],
          },
          {
            field: 'input[7]',
            type: 'tool-result',
            id: 'b',
            content: [{ field: 'input[7].output[0]', type: 'text', text: 'rain' }],
          },
        ],
      },
      { role: 'user', content: [{ field: 'input[8].content', type: 'text', text: 'And?' }] },
      { role: 'user', content: [{ field: 'input[9].content', type: 'text', text: 'Well?' }] },
    ]);
  });

  test.each<[string, JsonObject, object | undefined]>([
    ['signed', { encrypted_content: encryptReasoning({ signature: 's' }) }, { type: 'reasoning', text: 'Hm', signature: 's' }],
    ['unsigned', { encrypted_content: encryptReasoning({}) }, { type: 'reasoning', text: 'Hm' }],
    ['unsealed', {}, { type: 'reasoning', text: 'Hm' }],
    ['OpenAI’s own', { encrypted_content: 'gAAAAx' }, { type: 'reasoning', text: 'Hm', signature: 'gAAAAx' }],
    ['shown as content', { summary: [], content: [{ type: 'reasoning_text', text: 'Hm' }] }, { type: 'reasoning', text: 'Hm' }],
    [
      'a signature alone',
      { summary: [], encrypted_content: encryptReasoning({ signature: 's' }) },
      { type: 'reasoning', text: '', signature: 's' },
    ],
    [
      'for its model alone',
      { summary: [], encrypted_content: encryptReasoning({ redacted: 'zz' }) },
      { type: 'redacted-reasoning', data: 'zz' },
    ],
    ['OpenAI’s own, hidden', { summary: [], encrypted_content: 'gAAAAx' }, { type: 'redacted-reasoning', data: 'gAAAAx' }],
  ])('reads its own reasoning back: %s', (_, more, part) => {
    const [message] = parseInput({ type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }], ...more });
    expect(message?.content).toEqual([{ field: 'input[0]', ...part }]);
  });

  test.each([
    'sluice.1.',
    'sluice.1.e30x',
    `${encryptReasoning({ signature: 's' })}x`,
    encryptReasoning({ signature: 1 }),
    encryptReasoning({ a: 's' }),
    encryptReasoning([]),
  ])('rejects encrypted reasoning that is not ours: %s', (encrypted_content) => {
    expect(() => parseInput({ type: 'reasoning', summary: [], encrypted_content })).toThrow(
      expect.objectContaining({ kind: 'invalid_request', param: 'input[0].encrypted_content' }),
    );
  });

  test('reads pictures and files at their positions', () => {
    const [message] = parseInput({
      role: 'user',
      content: [
        { type: 'input_image', image_url: 'https://a.b/c.png', detail: 'low' },
        { type: 'input_image', image_url: 'data:image/png;base64,aW1n' },
        { type: 'input_image', file_id: 'file_1' },
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,cGRm' },
        { type: 'input_file', file_url: 'https://a.b/c.pdf' },
        { type: 'input_file', file_id: 'file_2' },
        { type: 'input_audio', input_audio: {} },
      ],
    });
    expect(message?.content.map(({ field: _, ...part }) => part)).toEqual([
      { type: 'image', source: { kind: 'url', url: 'https://a.b/c.png' } },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aW1n' } },
      { type: 'passthrough', value: { type: 'input_image', file_id: 'file_1' } },
      { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'cGRm' }, name: 'a.pdf' },
      { type: 'document', source: { kind: 'url', url: 'https://a.b/c.pdf' } },
      { type: 'passthrough', value: { type: 'input_file', file_id: 'file_2' } },
      { type: 'passthrough', value: { type: 'input_audio', input_audio: {} } },
    ]);
  });

  test('keeps items of the provider’s own tools in place, for its own dialect', () => {
    const items = [
      { type: 'web_search_call', id: 'ws', status: 'completed' },
      { type: 'custom_tool_call', call_id: 'c', name: 'apply_patch', input: '***' },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'ok' },
    ];
    const passthrough = (index: number) => ({ field: `input[${index}]`, type: 'passthrough', value: items[index] });
    expect(parseInput(...items)).toEqual([
      {
        role: 'assistant',
        content: [
          passthrough(0),
          { field: 'input[1]', type: 'tool-call', id: 'c', name: 'apply_patch', json: '{"input":"***"}', custom: true },
        ],
      },
      {
        role: 'user',
        content: [
          {
            field: 'input[2]',
            type: 'tool-result',
            id: 'c',
            content: [{ field: 'input[2].output', type: 'text', text: 'ok' }],
            custom: true,
          },
        ],
      },
    ]);
  });

  test.each<[JsonObject, object, object]>([
    [{ max_output_tokens: 9 }, { maxOutputTokens: 9 }, { maxOutputTokens: 'max_output_tokens' }],
    [
      { temperature: 0, top_p: 1 },
      { temperature: 0, topP: 1 },
      { temperature: 'temperature', topP: 'top_p' },
    ],
    [{ parallel_tool_calls: false }, { parallelToolCalls: false }, { parallelToolCalls: 'parallel_tool_calls' }],
    [
      { reasoning: { effort: 'low', summary: 'auto' } },
      { reasoning: { enabled: true, effort: 'low' } },
      { reasoning: 'reasoning.effort' },
    ],
    [{ reasoning: { effort: 'none' } }, { reasoning: { enabled: false } }, { reasoning: 'reasoning.effort' }],
    [{ reasoning: { summary: 'auto' } }, {}, {}],
    [{ text: { format: { type: 'text' } } }, {}, {}],
    [
      { text: { format: { type: 'json_object' } } },
      { responseFormat: { type: 'json-object' } },
      { responseFormat: 'text.format' },
    ],
    [
      { text: { format: { type: 'json_schema', name: 'n', schema: { a: 1 }, strict: true } } },
      { responseFormat: { type: 'json-schema', name: 'n', schema: { a: 1 }, strict: true } },
      { responseFormat: 'text.format' },
    ],
    [{ text: { verbosity: 'low' } }, { verbosity: 'low' }, { verbosity: 'text.verbosity' }],
    [{ top_logprobs: 2 }, { logprobs: { top: 2 } }, { logprobs: 'top_logprobs' }],
    [{ top_logprobs: 0, include: ['message.output_text.logprobs'] }, { logprobs: {} }, { logprobs: 'include' }],
    [{ include: ['reasoning.encrypted_content'] }, {}, {}],
    [{ user: 'u' }, { user: 'u' }, { user: 'user' }],
    [{ safety_identifier: 's' }, { user: 's' }, { user: 'safety_identifier' }],
    [{ metadata: { a: 'b' } }, { metadata: { a: 'b' } }, { metadata: 'metadata' }],
    [{ prompt_cache_key: 'k' }, { cacheKey: 'k' }, { cacheKey: 'prompt_cache_key' }],
    [{ service_tier: 'flex' }, { serviceTier: 'flex' }, { serviceTier: 'service_tier' }],
    [{ store: true }, {}, {}],
    [{ store: false, background: false, stream_options: { include_obfuscation: false } }, {}, {}],
    [{ tool_choice: 'required' }, { toolChoice: { type: 'required' } }, { toolChoice: 'tool_choice' }],
    [
      { tool_choice: { type: 'function', name: 'f' } },
      { toolChoice: { type: 'tool', name: 'f' } },
      { toolChoice: 'tool_choice' },
    ],
    [
      { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] } },
      { toolChoice: { type: 'passthrough', value: { type: 'allowed_tools', mode: 'auto', tools: [] } } },
      { toolChoice: 'tool_choice' },
    ],
  ])('reads %j', (body, parameters, spelling) => {
    expect(parse(body)).toMatchObject({ parameters, spelling, unknown: [] });
    expect(Object.keys(parse(body).parameters)).toEqual(Object.keys(parameters));
  });

  test('reads flat functions, and keeps other tools as the provider’s own', () => {
    const search = { type: 'web_search', search_context_size: 'low' };
    const tools = [
      { type: 'function', name: 'f', description: 'D', parameters: { type: 'object' }, strict: false },
      { type: 'function', name: 'g', parameters: null },
      search,
    ];
    expect(parse({ tools }).parameters.tools).toEqual([
      { field: 'tools[0]', type: 'function', name: 'f', description: 'D', schema: { type: 'object' }, strict: false },
      { field: 'tools[1]', type: 'function', name: 'g', schema: { type: 'object', properties: {} } },
      { field: 'tools[2]', type: 'passthrough', value: search },
    ]);
  });

  test('lists unknown members', () => {
    expect(parse({ truncation: 'auto', max_tool_calls: 3, novelty: {} }).unknown).toEqual([
      'truncation',
      'max_tool_calls',
      'novelty',
    ]);
  });

  test.each<[JsonObject, string, RegExp]>([
    [{ previous_response_id: 'resp_0' }, 'previous_response_id', /stores no responses.*Send the earlier items in `input`/],
    [{ conversation: 'conv_0' }, 'conversation', /stores no responses/],
    [{ background: true }, 'background', /read the response as a stream/],
    [{ input: [{ type: 'item_reference', id: 'msg_0' }] }, 'input[0]', /Send the item itself.*store: false/],
    [{ input: [{ id: 'msg_0' }] }, 'input[0]', /Send the item itself/],
  ])('rejects what would need a stored earlier response: %j', (body, param, message) => {
    expect(() => parse(body)).toThrow(
      expect.objectContaining({ kind: 'unsupported_parameter', param, message: expect.stringMatching(message) }),
    );
  });

  test.each<[JsonObject, string]>([
    [{ model: '' }, 'model'],
    [{ input: undefined }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: [{ role: 'robot', content: 'x' }] }, 'input[0].role'],
    [{ input: [{ role: 'user', content: [{ text: 'x' }] }] }, 'input[0].content[0].type'],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input[0].content[0].text'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'ftp://a' }] }] }, 'input[0].content[0].image_url'],
    [{ input: [{ type: 'function_call', call_id: 'a', arguments: '{}' }] }, 'input[0].name'],
    [{ input: [{ type: 'function_call_output', call_id: 'a' }] }, 'input[0].output'],
    [{ max_output_tokens: 0 }, 'max_output_tokens'],
    [{ temperature: 3 }, 'temperature'],
    [{ reasoning: { effort: 'huge' } }, 'reasoning.effort'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ tools: Array.from({ length: 129 }, (_, at) => ({ type: 'function', name: `f${at}` })) }, 'tools'],
    [{ tool_choice: { type: 'function' } }, 'tool_choice.name'],
    [{ text: { format: { type: 'json_schema', schema: {} } } }, 'text.format.name'],
  ])('names the invalid field: %j', (body, param) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ kind: 'invalid_request', param }));
  });

  const withRequests = recordings('openai-responses').filter(({ request }) => request);
  const stateless = withRequests.filter(({ request }) => !request?.().background && !request?.().previous_response_id);
  testRecordings('understands what was asked for a recorded answer', stateless, ({ request }) => {
    const { store: _, ...body } = request?.() ?? {};
    const parsed = openaiResponses.parse(body);
    expect(parsed.messages.length).toBeGreaterThan(0);
    expect(
      parsed.unknown.filter((name) => !['max_tool_calls', 'truncation', 'moderation', 'prompt_cache_options'].includes(name)),
    ).toEqual([]);
  });
});

describe('a Responses body, posted to chat completions', () => {
  const body = {
    model: 'm',
    stream: true,
    stream_options: { include_usage: true },
    store: true,
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
    tools: [{ type: 'function', name: 'f', parameters: {} }],
    tool_choice: { type: 'function', function: { name: 'f' } },
  };

  test('is recognized by its input', () => {
    expect(isResponsesBody(body)).toBe(true);
    expect(isResponsesBody({ model: 'm', input: 'hi' })).toBe(true);
    expect(isResponsesBody({ model: 'm', messages: [], input: 'hi' })).toBe(false);
    // Prediction Guard's checks of the prompt.
    expect(isResponsesBody({ model: 'm', input: { pii: 'block' } })).toBe(false);
  });

  test('is parsed as Responses, and usage has the chat completions form', () => {
    const request = parseForChat(body);
    expect(request).toMatchObject({
      dialect: 'openai-responses',
      stream: true,
      showUsage: true,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      parameters: { tools: [{ type: 'function', name: 'f' }], toolChoice: { type: 'tool', name: 'f' } },
    });
    expect(request.body).not.toHaveProperty('stream_options');
    expect(parseForChat({ model: 'm', input: 'hi' }).showUsage).toBe(false);
  });
});
