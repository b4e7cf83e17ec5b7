import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../lib/dialects/anthropic-messages/client.ts';
import { anthropicMessagesUpstream } from '../../../lib/dialects/anthropic-messages/upstream.ts';
import { openaiChat } from '../../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../../lib/dialects/openai-chat/upstream.ts';
import { openaiResponses } from '../../../lib/dialects/openai-responses/client.ts';
import { openaiResponsesUpstream } from '../../../lib/dialects/openai-responses/upstream.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Message, ModelRequest } from '../../../lib/stream/request.ts';
import { buildFor } from '../../support/build-for.ts';

const closed = { type: 'object', properties: {}, additionalProperties: false };

const build = (request: ModelRequest, model: string) => buildFor(openaiResponsesUpstream(), request, model);
const chat = (more: JsonObject = {}) => openaiChat.parse({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more });
const messages = (more: JsonObject = {}) =>
  anthropicMessages.parse({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }], ...more });
const own = (more: JsonObject = {}) => openaiResponses.parse({ model: 'm', input: 'hi', ...more });
const encryptReasoning = (of: object) => `sluice.1.${Buffer.from(JSON.stringify(of)).toString('base64url')}`;

const appended: Message[] = [
  { role: 'assistant', content: [{ field: 'x', type: 'text', text: 'Hel' }] },
  { role: 'user', content: [{ field: 'x', type: 'text', text: 'Go on.' }] },
];
/** A request to continue a cut answer. */
const unfinished = (request: ModelRequest): ModelRequest => ({
  ...request,
  messages: [...request.messages, ...appended],
  appended,
});
const asItems = [
  { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hel' }] },
  { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go on.' }] },
];

describe('build, from another dialect', () => {
  test('writes turns as items, in order', () => {
    const { body } = build(
      chat({
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,aW1n' } },
              { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,cGRm' } },
            ],
          },
          {
            role: 'assistant',
            content: 'Wait',
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
          },
          { role: 'tool', tool_call_id: 'a', content: 'sunny' },
          { role: 'user', content: 'And?' },
        ],
      }),
      'gpt',
    );
    expect(body).toEqual({
      model: 'gpt',
      stream: true,
      store: false,
      input: [
        { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look' },
            { type: 'input_image', image_url: 'data:image/png;base64,aW1n' },
            { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,cGRm' },
          ],
        },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Wait' }] },
        { type: 'function_call', call_id: 'a', name: 'f', arguments: '{"x":1}' },
        { type: 'function_call_output', call_id: 'a', output: 'sunny' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
      ],
    });
  });

  test('sends OpenAI’s own reasoning back whole, and pictures in results', () => {
    const { body } = build(
      messages({
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'First', signature: '' },
              { type: 'thinking', thinking: 'Then', signature: 'gAAAAx' },
              { type: 'redacted_thinking', data: 'gAAAAy' },
              { type: 'thinking', thinking: 'Claude’s', signature: 'EqRk' },
              { type: 'redacted_thinking', data: 'Emw' },
              { type: 'tool_use', id: 'a', name: 'f', input: {} },
            ],
          },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'a',
                content: [{ type: 'image', source: { type: 'url', url: 'https://a.b/c.png' } }],
              },
            ],
          },
        ],
      }),
      'gpt',
    );
    expect(body.input).toEqual([
      {
        type: 'reasoning',
        summary: [
          { type: 'summary_text', text: 'First' },
          { type: 'summary_text', text: 'Then' },
        ],
        encrypted_content: 'gAAAAx',
      },
      { type: 'reasoning', summary: [], encrypted_content: 'gAAAAy' },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_image', image_url: 'https://a.b/c.png' }] },
    ]);
  });

  test.each<[JsonObject, JsonObject, string[]]>([
    [{ max_completion_tokens: 100 }, { max_output_tokens: 100 }, []],
    [{ max_tokens: 1 }, { max_output_tokens: 16 }, []],
    [{ temperature: 0.5, top_p: 0.5 }, { temperature: 0.5, top_p: 0.5 }, []],
    [{ reasoning_effort: 'low' }, { reasoning: { effort: 'low' }, include: ['reasoning.encrypted_content'] }, []],
    [{ reasoning_effort: 'none' }, { reasoning: { effort: 'none' } }, []],
    [
      { reasoning_effort: 'low', logprobs: true, top_logprobs: 2 },
      {
        reasoning: { effort: 'low' },
        top_logprobs: 2,
        include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      },
      [],
    ],
    [
      {
        response_format: { type: 'json_schema', json_schema: { name: 'n', schema: closed, strict: true } },
        verbosity: 'low',
      },
      { text: { format: { type: 'json_schema', name: 'n', schema: closed, strict: true }, verbosity: 'low' } },
      [],
    ],
    [{ response_format: { type: 'json_object' } }, { text: { format: { type: 'json_object' } } }, []],
    [
      { tools: [{ type: 'function', function: { name: 'f', description: 'D', parameters: { a: 1 } } }], tool_choice: 'required' },
      {
        tools: [
          { type: 'function', name: 'f', description: 'D', parameters: { type: 'object', properties: {}, a: 1 }, strict: false },
        ],
        tool_choice: 'required',
      },
      [],
    ],
    [
      {
        tools: [{ type: 'function', function: { name: 'f', strict: true } }],
        tool_choice: { type: 'function', function: { name: 'f' } },
        parallel_tool_calls: false,
      },
      {
        tools: [{ type: 'function', name: 'f', parameters: closed, strict: true }],
        tool_choice: { type: 'function', name: 'f' },
        parallel_tool_calls: false,
      },
      [],
    ],
    [
      { user: 'u', metadata: { a: 'b' }, prompt_cache_key: 'k', service_tier: 'flex' },
      { user: 'u', metadata: { a: 'b' }, prompt_cache_key: 'k', service_tier: 'flex' },
      [],
    ],
    [{ seed: 1, store: true, logit_bias: { 1: 2 }, novelty: 1 }, {}, ['novelty', 'logit_bias', 'seed', 'store']],
  ])('maps %j to %j, without %j', (userTurn, fields, dropped) => {
    const built = build(chat(userTurn), 'gpt');
    const { model: _, input: _input, stream: _stream, store, ...rest } = built.body;
    expect(rest).toEqual(fields);
    expect(store).toBe(false);
    expect(built.dropped).toEqual(dropped);
  });

  test('requests a reasoning summary for a client that set a budget', () => {
    const { body } = build(messages({ max_tokens: 9000, thinking: { type: 'enabled', budget_tokens: 2048 } }), 'gpt');
    expect(body).toMatchObject({ reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] });
  });

  test.each<[JsonObject, string]>([
    [{ stop: 'x' }, 'stop'],
    [{ n: 2 }, 'n'],
    [{ modalities: ['audio'] }, 'modalities'],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] }, 'messages[0].content[0]'],
  ])('rejects what it can’t express, by name: %j', (userTurn, param) => {
    expect(() => build(chat(userTurn), 'gpt')).toThrow(expect.objectContaining({ kind: 'unsupported_parameter', param }));
  });

  test('asks the model to continue a cut answer', () => {
    const userTurn = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] };
    expect(build(unfinished(chat()), 'gpt').body.input).toEqual([userTurn, ...asItems]);
  });
});

describe('build, from its own dialect', () => {
  test('passes a request through, but never stores it', () => {
    const userTurn = {
      tools: [{ type: 'web_search' }],
      include: ['web_search_call.action.sources'],
      truncation: 'auto',
      novelty: { a: 1 },
      max_output_tokens: 9,
    };
    expect(build(own(userTurn), 'gpt')).toEqual({
      body: { ...userTurn, model: 'gpt', input: [{ role: 'user', content: 'hi' }], stream: true, store: false },
      dropped: [],
    });
  });

  test('uses a lowered limit', () => {
    const request = own({ max_output_tokens: 100_000 });
    const lowered = { ...request, parameters: { ...request.parameters, maxOutputTokens: 8192 } };
    expect(build(lowered, 'gpt').body.max_output_tokens).toBe(8192);
  });

  test('sends OpenAI’s own reasoning back, and drops that of other models', () => {
    const theirs = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAx' };
    const ours = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: encryptReasoning({ signature: 's' }) };
    const input = [{ role: 'user', content: 'hi' }, theirs, ours];
    expect(build(own({ input }), 'gpt').body.input).toEqual([input[0], theirs]);
  });

  test('asks the model to continue a cut answer', () => {
    expect(build(unfinished(own()), 'gpt').body.input).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      ...asItems,
    ]);
  });
});

describe('a request of this dialect', () => {
  const request = own({
    instructions: 'Be brief.',
    reasoning: { effort: 'low' },
    tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: true }],
    input: [
      { role: 'user', content: 'Weather?' },
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Hm' }],
        encrypted_content: encryptReasoning({ signature: 's' }),
      },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'sunny' },
    ],
  });

  test('reaches Messages, with its signed reasoning', () => {
    expect(buildFor(anthropicMessagesUpstream(), request, 'claude-sonnet-4-5').body).toMatchObject({
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm', signature: 's' },
            { type: 'tool_use', id: 'a', name: 'f', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'sunny' }] }] },
      ],
    });
  });

  test('reaches chat completions', () => {
    expect(buildFor(openaiChatUpstream(), request, 'llama').body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'a', content: 'sunny' },
      ],
      reasoning_effort: 'low',
      tools: [{ type: 'function', function: { name: 'f', strict: true } }],
    });
  });
});
