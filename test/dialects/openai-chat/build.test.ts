import { describe, expect, test } from 'vitest';
import { parse } from '../../../lib/dialects/openai-chat/parse.ts';
import { type OpenaiChatQuirks, openaiChatUpstream } from '../../../lib/dialects/openai-chat/upstream.ts';
import type { Requirements } from '../../../lib/models/requirements.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Message, ModelRequest, Parameters, Part } from '../../../lib/stream/request.ts';
import { buildFor } from '../../support/build-for.ts';

const base = { model: 'alias', messages: [{ role: 'user', content: 'Hi' }] };
const always = { model: 'served', stream: true, stream_options: { include_usage: true } };

function own(more: JsonObject, quirks?: OpenaiChatQuirks, rules: Requirements = {}) {
  return buildFor(openaiChatUpstream(quirks), parse({ ...base, ...more }), 'served', { rules });
}

type PartLess = Part extends infer One ? (One extends Part ? Omit<One, 'field'> : never) : never;
const turn = (role: Message['role'], ...parts: PartLess[]): Message => ({
  role,
  content: parts.map((part, index) => ({ ...part, field: `content[${index}]` }) as Part),
});

function foreign(
  messages: Message[],
  parameters: Parameters = {},
  quirks?: OpenaiChatQuirks,
  unknown: string[] = [],
  rules: Requirements = {},
) {
  const request: ModelRequest = {
    dialect: 'other',
    body: {},
    model: 'alias',
    stream: true,
    messages,
    parameters,
    spelling: { topK: 'top_k' },
    unknown,
    showUsage: false,
  };
  return buildFor(openaiChatUpstream(quirks), request, 'served', { rules });
}

const hello = turn('user', { type: 'text', text: 'Hi' });
const messagesOf = (messages: Message[], rules?: Requirements) => foreign(messages, {}, {}, [], rules).body.messages;

describe('openai-chat build, from its own dialect', () => {
  test('passes the body through, with unknown members, streamed and with usage', () => {
    const body = {
      temperature: 0,
      tools: [{ type: 'function', function: { name: 'f' }, extra: 1 }],
      guided_json: {},
      stream: false,
    };
    expect(own(body)).toEqual({ body: { ...base, ...body, ...always }, dropped: [] });
    expect(own({ stream_options: { include_obfuscation: false, include_usage: null } }).body.stream_options).toEqual({
      include_obfuscation: false,
      include_usage: true,
    });
  });

  test('removes nulls, empty arguments, reasoning of earlier turns and lone text parts', () => {
    const messages = [
      { role: 'system', content: 'x', name: null },
      {
        role: 'assistant',
        content: null,
        refusal: null,
        reasoning_content: 'hm',
        reasoning_details: [],
        tool_calls: [{ index: null, id: 'a', type: 'function', function: { name: 'f', arguments: ' ' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'y', cache_control: null }] },
    ];
    expect(own({ messages, stop: null }).body).toEqual({
      ...always,
      messages: [
        { role: 'system', content: 'x' },
        { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'y' }] },
      ],
    });
    expect(own({ messages: 'Hi' }).body.messages).toEqual(base.messages);
  });

  test('sends reasoning of earlier turns to a provider that accepts it', () => {
    const messages = [{ role: 'assistant', content: 'a', reasoning_content: 'hm', reasoning: 'hm' }];
    expect(own({ messages }, {}, { reasoningHistory: 'accepted', reasoningFields: ['reasoning_content'] }).body.messages).toEqual(
      [{ role: 'assistant', content: 'a', reasoning_content: 'hm' }],
    );
  });

  test('writes the limit under the provider’s name, with the gateway’s value', () => {
    expect(own({ max_tokens: 5 }).body).toEqual({ ...base, ...always, max_completion_tokens: 5 });
    expect(own({ max_completion_tokens: 5, max_tokens: 9 }, { maxTokensField: 'max_tokens' }).body).toEqual({
      ...base,
      ...always,
      max_tokens: 5,
    });
    const request = parse({ ...base, max_tokens: 5000 });
    const lowered = { ...request, parameters: { ...request.parameters, maxOutputTokens: 100 } };
    expect(buildFor(openaiChatUpstream(), lowered, 'served').body.max_completion_tokens).toBe(100);
  });

  test('writes tool choice any with the provider’s value', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    expect(own({ tools, tool_choice: 'any' }).body.tool_choice).toBe('required');
    expect(own({ tools, tool_choice: 'required' }, { anyTool: 'any' }).body.tool_choice).toBe('any');
    expect(own({ tools, tool_choice: 'none' }, { anyTool: 'any' }).body.tool_choice).toBe('none');
  });

  test('drops and lists unsupported hints, and rejects the rest', () => {
    expect(own({ top_k: 50 })).toEqual({ body: { ...base, ...always }, dropped: ['top_k'] });
    expect(own({ top_k: 50 }, { accepts: ['top_k'] }).body).toMatchObject({ top_k: 50 });
    expect(own({ seed: 1, prediction: {}, user: 'u' }, {}, { refuses: ['seed', 'prediction'] })).toEqual({
      body: { ...base, ...always, user: 'u' },
      dropped: ['seed', 'prediction'],
    });
    expect(() => own({ logprobs: true }, {}, { refuses: ['logprobs'] })).toThrow('`logprobs` is not supported');
    expect(() => own({ input: { pii: 'block' } })).toThrow('`input` is not supported');
    expect(own({ input: { pii: 'block' } }, { accepts: ['input'] }).body).toMatchObject({ input: { pii: 'block' } });
  });

  test('passes through what only this dialect supports', () => {
    const body = {
      n: 2,
      logprobs: true,
      modalities: ['audio'],
      audio: { voice: 'v' },
      web_search_options: {},
      functions: [{ name: 'f' }],
      function_call: 'auto',
      metadata: { a: 'b' },
      service_tier: 'priority',
      tools: [{ type: 'custom', custom: { name: 'c' } }],
      tool_choice: { type: 'allowed_tools' },
    };
    expect(own(body)).toEqual({ body: { ...base, ...body, ...always }, dropped: [] });
  });

  test('omits stream_options if the provider rejects them', () => {
    const { body } = own({ stream_options: { include_usage: true } }, { streamOptions: false });
    expect(body).toEqual({ ...base, model: 'served', stream: true });
  });
});

describe('openai-chat build, from another dialect', () => {
  test('puts instructions first, as one message', () => {
    const messages = [turn('system', { type: 'text', text: 'a' }), hello, turn('system', { type: 'text', text: 'b' })];
    expect(messagesOf(messages)).toEqual([
      { role: 'system', content: 'a\n\nb' },
      { role: 'user', content: 'Hi' },
    ]);
  });

  test('writes tool results as separate messages, followed by their pictures', () => {
    const image = { field: 'x', type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA' } } as const;
    const messages = [
      turn(
        'assistant',
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
        { type: 'tool-call', id: 't1', name: 'f', json: '{}' },
      ),
      turn(
        'user',
        { type: 'tool-result', id: 't1', content: [{ field: 'x', type: 'text', text: 'sunny' }, image] },
        { type: 'tool-result', id: 't2', content: [], failed: true },
        { type: 'text', text: 'so?' },
      ),
    ];
    expect(messagesOf(messages)).toEqual([
      {
        role: 'assistant',
        content: 'ab',
        tool_calls: [{ id: 't1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 't1', content: 'sunny' },
      { role: 'tool', tool_call_id: 't2', content: '' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
          { type: 'text', text: 'so?' },
        ],
      },
    ]);
  });

  test('maps documents and pictures', () => {
    const messages = [
      turn(
        'user',
        { type: 'image', source: { kind: 'url', url: 'https://a/b.png' } },
        { type: 'document', name: 'a.pdf', source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA' } },
        { type: 'document', source: { kind: 'text', text: 'plain' }, cache: {} },
      ),
    ];
    expect(messagesOf(messages)).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'https://a/b.png' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' } },
          { type: 'text', text: 'plain' },
        ],
      },
    ]);
    const linked = turn('user', { type: 'document', source: { kind: 'url', url: 'https://a' } });
    expect(() => messagesOf([linked])).toThrow('`content[0]` is not supported');
    expect(() => messagesOf([turn('user', { type: 'passthrough', value: {} })])).toThrow('`content[0]` is not supported');
  });

  test('drops reasoning, unless the provider accepts it', () => {
    const messages = [
      turn(
        'assistant',
        { type: 'reasoning', text: 'hm', signature: 's' },
        { type: 'redacted-reasoning', data: 'z' },
        { type: 'text', text: 'a' },
      ),
    ];
    expect(messagesOf(messages)).toEqual([{ role: 'assistant', content: 'a' }]);
    expect(
      messagesOf(messages, { reasoningHistory: 'accepted', reasoningFields: ['reasoning_content', 'reasoning_details'] }),
    ).toEqual([
      {
        role: 'assistant',
        content: 'a',
        reasoning_content: 'hm',
        reasoning_details: [
          { type: 'reasoning.text', text: 'hm', signature: 's' },
          { type: 'reasoning.encrypted', data: 'z' },
        ],
      },
    ]);
  });

  test('maps parameters, drops unsupported hints, and rejects the rest', () => {
    const parameters: Parameters = {
      maxOutputTokens: 9,
      temperature: 0,
      topK: 5,
      stop: ['x'],
      tools: [{ field: 'tools[0]', type: 'function', name: 'f', description: 'd', schema: { type: 'object' }, strict: true }],
      toolChoice: { type: 'required' },
      parallelToolCalls: false,
      reasoning: { enabled: true, budgetTokens: 8000 },
      responseFormat: { type: 'json-schema', name: 's', schema: {} },
      metadata: { a: 'b' },
      serviceTier: 'standard_only',
    };
    expect(foreign([hello], parameters, { maxTokensField: 'max_tokens' }, ['odd'])).toEqual({
      body: {
        ...always,
        messages: base.messages,
        max_tokens: 9,
        temperature: 0,
        stop: ['x'],
        tools: [
          {
            type: 'function',
            function: {
              name: 'f',
              description: 'd',
              parameters: { type: 'object', properties: {}, additionalProperties: false },
              strict: true,
            },
          },
        ],
        tool_choice: 'required',
        parallel_tool_calls: false,
        reasoning_effort: 'medium',
        response_format: { type: 'json_schema', json_schema: { name: 's', schema: {} } },
      },
      dropped: ['odd', 'top_k', 'metadata', 'serviceTier'],
    });
    const tools: Parameters['tools'] = [{ field: 'tools[0]', type: 'passthrough', value: {} }];
    expect(foreign([hello], { tools })).toMatchObject({ dropped: ['tools[0]'] });
    expect(() => foreign([hello], { toolChoice: { type: 'passthrough', value: {} } })).toThrow('`toolChoice` is not supported');
    expect(() => foreign([hello], { modalities: {} })).toThrow('`modalities` is not supported');
  });
});
