import { describe, expect, test } from 'vitest';
import type { Truth } from './truth/truth.ts';
import { type Format, truthOf } from './truth/truth-of.ts';

const sse = (...payloads: (object | string)[]) =>
  payloads.map((payload) => `data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`).join('');
const lines = (...payloads: object[]) => payloads.map((payload) => `${JSON.stringify(payload)}\n`).join('');
const chat = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const read = (format: Format, text: string) =>
  truthOf({ format, bytes: Buffer.from(text, text.startsWith('\0') ? 'latin1' : 'utf8') });

/** A message of an AWS event stream as latin1 text, its checksums left zero. */
function message(headers: Record<string, string>, payload: object): string {
  const length = (size: number, bytes: number) =>
    String.fromCharCode(...Array.from({ length: bytes }, (_, at) => (size >>> (8 * (bytes - 1 - at))) & 255));
  const head = Object.entries(headers).map(
    ([name, value]) => `${length(name.length, 1)}${name}\x07${length(value.length, 2)}${value}`,
  );
  const inside = head.join('') + JSON.stringify(payload);
  return `${length(inside.length + 16, 4)}${length(head.join('').length, 4)}${length(0, 4)}${inside}${length(0, 4)}`;
}

const cases: [what: string, format: Format, text: string, truth: Partial<Truth>][] = [
  [
    'chat: text, reasoning, refusal and usage',
    'openai-chat',
    sse(
      chat({ role: 'assistant', content: null, reasoning_content: 'hm' }),
      chat({ reasoning: '…', reasoning_details: [{ text: '…' }, { signature: 's' }, { data: 'zz' }] }),
      chat({ content: 'Hi' }),
      chat({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: '!' }] },
          { type: 'text', text: ' there' },
        ],
      }),
      chat({ refusal: 'No.' }),
      chat({}, 'stop'),
      {
        choices: [],
        usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7, prompt_tokens_details: { cached_tokens: 4 } },
      },
      '[DONE]',
    ),
    {
      text: 'Hi there',
      reasoning: 'hm…!',
      signatures: ['s'],
      redacted: ['zz'],
      refusal: 'No.',
      finish: { raw: 'stop', reason: 'refusal' },
      usage: { input: 5, output: 2, cacheRead: 4 },
      complete: true,
    },
  ],
  [
    'chat: calls with and without an index, names that are repeated or empty',
    'openai-chat',
    sse(
      chat({ tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{"x":' } }] }),
      chat({ tool_calls: [{ id: '', function: { name: 'f', arguments: '1}' } }] }),
      chat({ tool_calls: [{ index: 1, id: 'b', function: { name: 'g', arguments: null } }] }, 'tool_calls'),
    ),
    {
      tools: [
        { id: 'a', name: 'f', arguments: { x: 1 } },
        { id: 'b', name: 'g', arguments: {} },
      ],
      finish: { raw: 'tool_calls', reason: 'tool-call' },
      complete: true,
    },
  ],
  [
    'chat: reasoning that is counted beside the output',
    'openai-chat',
    lines(
      chat({ content: 'a' }, 'stop', {
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 6, completion_tokens_details: { reasoning_tokens: 3 } },
      }),
    ),
    { usage: { input: 1, output: 5, reasoning: 3 } },
  ],
  ['chat: [DONE] without a finish', 'openai-chat', sse(chat({ content: 'a' }), '[DONE]'), { text: 'a', complete: false }],
  [
    'chat: one choice of two finished',
    'openai-chat',
    sse(chat({}, 'stop'), { choices: [{ index: 1, delta: { content: 'b' } }] }),
    { text: '', complete: false },
  ],
  [
    'chat: an error beside choices',
    'openai-chat',
    sse(chat({ content: 'a' }, 'length', { error: { message: 'No.' } })),
    { error: { message: 'No.' }, complete: false },
  ],
  [
    'chat: an error in no field',
    'openai-chat',
    `${sse(chat({ content: 'a' }))}error: {"message":"No."}\n\n`,
    { error: { message: 'No.' }, text: 'a' },
  ],
  [
    'messages: thinking, text, the provider’s own search and a call',
    'anthropic-messages',
    sse(
      {
        type: 'message_start',
        message: { usage: { input_tokens: 1, cache_read_input_tokens: 2, cache_creation_input_tokens: 3, output_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 's' } },
      { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'zz' } },
      { type: 'content_block_start', index: 2, content_block: { type: 'server_tool_use', id: 'x', name: 'search', input: {} } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{}' } },
      { type: 'content_block_start', index: 3, content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} } },
      { type: 'content_block_delta', index: 3, delta: { type: 'input_json_delta', partial_json: '{"x"' } },
      { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ),
    {
      reasoning: 'hm',
      signatures: ['s'],
      redacted: ['zz'],
      tools: [{ id: 'a', name: 'f', arguments: '{"x"' }],
      finish: { raw: 'max_tokens', reason: 'length' },
      usage: { input: 6, output: 9, cacheRead: 2, cacheWrite: 3 },
      complete: true,
    },
  ],
  ['messages: a cut', 'anthropic-messages', sse({ type: 'message_start', message: {} }), { complete: false }],
  [
    'messages: an error',
    'anthropic-messages',
    sse({ type: 'error', error: { message: 'No.' } }),
    { error: { message: 'No.' }, complete: false },
  ],
  [
    'converse: blocks without a start, redacted pieces, a call',
    'bedrock-converse',
    lines(
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { redactedContent: 'YQ==' } } } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { redactedContent: 'Yg==' } } } },
      { contentBlockDelta: { contentBlockIndex: 1, delta: { text: 'Hi' } } },
      { contentBlockStart: { contentBlockIndex: 2, start: { toolUse: { toolUseId: 'a', name: 'f' } } } },
      { contentBlockDelta: { contentBlockIndex: 2, delta: { toolUse: { input: '{}' } } } },
      { messageStop: { stopReason: 'tool_use' } },
      { metadata: { usage: { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 3 } } },
    ),
    {
      text: 'Hi',
      redacted: ['YWI='],
      tools: [{ id: 'a', name: 'f', arguments: {} }],
      finish: { raw: 'tool_use', reason: 'tool-call' },
      usage: { input: 4, output: 2, cacheRead: 3 },
      complete: true,
    },
  ],
  [
    'converse: an exception after text',
    'bedrock-converse',
    `${message({ ':message-type': 'event', ':event-type': 'contentBlockDelta' }, { contentBlockIndex: 0, delta: { text: 'Hi' } })}${message({ ':message-type': 'exception', ':exception-type': 'throttlingException' }, { message: 'Slow.' })}`,
    { text: 'Hi', error: { message: 'Slow.' }, complete: false },
  ],
  [
    'text completions: the first choice',
    'openai-completions',
    sse(
      {
        choices: [
          { index: 1, text: 'no', finish_reason: 'stop' },
          { index: 0, text: 'Hi', finish_reason: null },
        ],
      },
      { choices: [{ index: 0, text: '', finish_reason: 'length' }] },
    ),
    { text: 'Hi', finish: { raw: 'length', reason: 'length' }, complete: true },
  ],
  [
    'complete: text and its stop',
    'anthropic-complete',
    sse(
      { type: 'completion', completion: ' Hi', stop_reason: null },
      { type: 'ping' },
      { type: 'completion', completion: '', stop_reason: 'stop_sequence' },
    ),
    { text: ' Hi', finish: { raw: 'stop_sequence', reason: 'stop' }, complete: true },
  ],
  [
    'responses: deltas before what is done, done alone, a call',
    'openai-responses',
    sse(
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi' },
      { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'Hi' },
      { type: 'response.output_text.done', output_index: 1, content_index: 0, text: '!' },
      { type: 'response.output_item.added', output_index: 2, item: { type: 'function_call', id: 'fc', call_id: 'a', name: 'f' } },
      { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"x"' },
      { type: 'response.function_call_arguments.done', output_index: 2, arguments: '{"x":1}' },
      { type: 'response.completed', response: { usage: { input_tokens: 1, output_tokens: 2 } } },
    ),
    {
      text: 'Hi!',
      tools: [{ id: 'a', name: 'f', arguments: { x: 1 } }],
      finish: { raw: 'completed', reason: 'tool-call' },
      usage: { input: 1, output: 2 },
      complete: true,
    },
  ],
  [
    'responses: reasoning that is signed, hidden and sealed for another provider; a refusal',
    'openai-responses',
    sse(
      { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'Hm' },
      { type: 'response.output_item.done', output_index: 0, item: { type: 'reasoning', encrypted_content: 'gAAAAx' } },
      { type: 'response.output_item.done', output_index: 1, item: { type: 'reasoning', encrypted_content: 'gAAAAy' } },
      {
        type: 'response.output_item.done',
        output_index: 2,
        item: { type: 'reasoning', encrypted_content: 'sluice.1.eyJzaWduYXR1cmUiOiJzIn0' },
      },
      {
        type: 'response.output_item.done',
        output_index: 3,
        item: { type: 'reasoning', encrypted_content: 'sluice.1.eyJyZWRhY3RlZCI6Inp6In0' },
      },
      { type: 'response.output_item.done', output_index: 4, item: { type: 'reasoning', encrypted_content: 'sluice.1.e30' } },
      { type: 'response.refusal.delta', output_index: 5, content_index: 0, delta: 'No.' },
      { type: 'response.completed', response: {} },
    ),
    {
      reasoning: 'Hm',
      signatures: ['gAAAAx', 's'],
      redacted: ['gAAAAy', 'zz'],
      refusal: 'No.',
      finish: { raw: 'completed', reason: 'refusal' },
      complete: true,
    },
  ],
  [
    'responses: an answer that was cut short by its limit',
    'openai-responses',
    sse({ type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } }),
    { finish: { raw: 'max_output_tokens', reason: 'length' }, complete: true },
  ],
  [
    'responses: an error',
    'openai-responses',
    sse({ type: 'error', error: { message: 'No.' } }),
    { error: { message: 'No.' }, complete: false },
  ],
  [
    'gemini: thoughts, text, a whole call and one whose arguments come in pieces',
    'gemini',
    sse(
      { candidates: [{ content: { parts: [{ text: 'hm', thought: true }, { text: 'Hi' }] } }] },
      {
        candidates: [
          {
            content: {
              parts: [{ functionCall: { name: 'f', args: { x: 1 } } }, { functionCall: { name: 'g', willContinue: true } }],
            },
          },
        ],
      },
      {
        candidates: [{ content: { parts: [{ functionCall: { partialArgs: [{ jsonPath: '$.a[0].b', stringValue: 'on' }] } }] } }],
      },
      {
        candidates: [
          {
            content: {
              parts: [{ functionCall: { partialArgs: [{ jsonPath: '$.a[0].b', stringValue: 'e' }] } }, { functionCall: {} }],
            },
          },
        ],
      },
      {
        candidates: [{ finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, thoughtsTokenCount: 3 },
      },
    ),
    {
      text: 'Hi',
      reasoning: 'hm',
      tools: [
        { name: 'f', arguments: { x: 1 } },
        { name: 'g', arguments: { a: [{ b: 'one' }] } },
      ],
      finish: { raw: 'STOP', reason: 'tool-call' },
      usage: { input: 1, output: 5, reasoning: 3 },
      complete: true,
    },
  ],
  [
    'gemini: an error outside every field',
    'gemini',
    `${sse({ candidates: [] })}{\n  "error": {"message": "No."}\n}\n`,
    { error: { message: 'No.' } },
  ],
  [
    'invoke: a chunk inside base64, with its counts',
    'bedrock-invoke',
    message(
      { ':message-type': 'event', ':event-type': 'chunk' },
      {
        bytes: Buffer.from(
          JSON.stringify({
            completion: ' Hi',
            stop_reason: 'max_tokens',
            'amazon-bedrock-invocationMetrics': { inputTokenCount: 1, outputTokenCount: 2 },
          }),
        ).toString('base64'),
      },
    ),
    { text: ' Hi', finish: { raw: 'max_tokens', reason: 'length' }, usage: { input: 1, output: 2 }, complete: true },
  ],
];

describe('truthOf', () => {
  test.each(cases)('%s', (_, format, text, truth) => {
    expect(read(format, text)).toMatchObject(truth);
  });
});
