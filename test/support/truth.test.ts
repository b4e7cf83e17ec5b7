import { describe, expect, test } from 'vitest';
import { recordings, testWithRecordings } from './recordings.ts';
import { exceptions, formats } from './truth/exceptions.ts';
import type { Truth } from './truth/truth.ts';
import { type Format, truthOf } from './truth/truth-of.ts';

const sse = (...payloads: (object | string)[]) =>
  payloads.map((payload) => `data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`).join('');
const lines = (...payloads: object[]) => payloads.map((payload) => `${JSON.stringify(payload)}\n`).join('');
const chat = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const read = (format: Format, text: string) => truthOf({ format, bytes: Buffer.from(text) });

const cases: [what: string, format: Format, text: string, truth: Partial<Truth>][] = [
  [
    'chat: text, reasoning, refusal and usage',
    'openai-chat',
    sse(
      chat({ role: 'assistant', content: null, reasoning_content: 'hm' }),
      chat({ reasoning: '…' }),
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
      refusal: 'No.',
      finish: { raw: 'stop', reason: 'stop' },
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
];

describe('truthOf', () => {
  test.each(cases)('%s', (_, format, text, truth) => {
    expect(read(format, text)).toMatchObject(truth);
  });

  testWithRecordings('every recording but the exceptions says something and ends by itself or in an error', () => {
    const odd = Object.entries(formats).flatMap(([folder, format]) =>
      recordings(folder)
        .filter(({ name }) => !exceptions[name])
        .filter((recording) => {
          const { complete, error, ...said } = truthOf({ format, bytes: recording.bytes() });
          const silent = !said.text && !said.reasoning && !said.refusal && said.tools.length === 0;
          return !(complete || error) || (silent && said.finish.reason !== 'refusal');
        })
        .map(({ name }) => name),
    );
    // Snowflake never sends a finish_reason.
    expect(odd).toEqual(['openai-compatible/pydantic-ai__snowflake']);
  });

  testWithRecordings('every exception names a recording', () => {
    const names = new Set(Object.keys(formats).flatMap((folder) => recordings(folder).map(({ name }) => name)));
    expect(Object.keys(exceptions).filter((name) => !names.has(name))).toEqual([]);
  });
});
