import { expect } from 'vitest';
import { chat, chatTool, messages, messagesTool, responses } from '../bodies.ts';
import { pick, type RequestCase } from '../request-case.ts';
import { chatChunks, geminiChunk } from './streams.ts';

const malformed = geminiChunk([{ text: '', thoughtSignature: 'c2ln' }], 'MALFORMED_FUNCTION_CALL', {
  finishMessage: 'Malformed function call: print(default_api.read_file(path="notes.txt"))',
});

const opening = {
  id: 'msg_7',
  type: 'message',
  role: 'assistant',
  model: 'c',
  content: [],
  stop_reason: null,
  stop_sequence: null,
};

/** What providers say that agents act on. */
export const answerCases: readonly RequestCase[] = [
  {
    title: "says a full context of OpenAI's in the words that Claude Code compacts at",
    reports: ['musistudio/claude-code-router#1799', 'Menci/Floway#166'],
    client: 'messages',
    model: 'openai/gpt-4.1',
    body: messages(),
    scripted: {
      status: 400,
      body: {
        error: {
          message: "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens.",
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
        },
      },
    },
    refused: true,
    check: ({ status, json }) => {
      expect(status).toBe(400);
      expect(pick(json, 'error', 'message')).toMatch(/prompt is too long/);
      expect(pick(json, 'error', 'type')).toBe('invalid_request_error');
    },
  },
  {
    title: "says a full context of Anthropic's with the code that Codex goes by",
    reports: ['Menci/Floway#166'],
    client: 'responses',
    model: 'anthropic/claude-sonnet-4-5',
    body: responses(),
    scripted: {
      status: 400,
      body: {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'prompt is too long: 220000 tokens > 200000 maximum' },
      },
    },
    refused: true,
    check: ({ json }) => expect(pick(json, 'error', 'code')).toBe('context_length_exceeded'),
  },
  {
    title: "shows a Messages client the provider's own counts at the start",
    reports: ['vercel/ai#17326', 'BerriAI/litellm#31069'],
    client: 'messages',
    model: 'anthropic/claude-sonnet-4-5',
    body: messages(),
    scripted: {
      events: [
        {
          type: 'message_start',
          message: {
            ...opening,
            usage: { input_tokens: 14, cache_read_input_tokens: 800, cache_creation_input_tokens: 20, output_tokens: 1 },
          },
        },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Yes' } },
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
        { type: 'message_stop' },
      ],
    },
    check: ({ text }) => {
      const usage = text.slice(text.indexOf('"usage"'));
      expect(usage).toMatch(/"input_tokens":\s*14/);
      expect(usage).toMatch(/"cache_read_input_tokens":\s*800/);
      expect(usage).toMatch(/"cache_creation_input_tokens":\s*20/);
    },
  },
  {
    title: "tells a chat client no success of Gemini's malformed call",
    reports: ['Wei-Shaw/sub2api#7081', 'NousResearch/hermes-agent#83886'],
    client: 'chat',
    model: 'gemini/gemini-3.5-flash',
    body: chat({ tools: [chatTool()] }),
    scripted: { events: [malformed] },
    refused: true,
    check: ({ text }) => expect(text).not.toMatch(/"finish_reason":\s*"stop"/),
  },
  {
    title: "tells a Messages client no success of Gemini's malformed call",
    reports: ['Wei-Shaw/sub2api#7081'],
    client: 'messages',
    model: 'gemini/gemini-3.5-flash',
    body: messages({ tools: [messagesTool()] }),
    scripted: { events: [malformed] },
    refused: true,
    check: ({ text }) => expect(text).not.toContain('end_turn'),
  },
  {
    title: "shows Ollama's whole call as tool_use and no empty text before it",
    reports: ['BerriAI/litellm#34692'],
    client: 'messages',
    model: 'ollama/qwen3',
    body: messages({ tools: [messagesTool()] }),
    scripted: {
      done: true,
      events: chatChunks(
        [
          { role: 'assistant', content: '' },
          {
            role: 'assistant',
            content: '',
            tool_calls: [
              { id: 'call_q', index: 0, type: 'function', function: { name: 'read_file', arguments: '{"path":"notes.txt"}' } },
            ],
          },
          { role: 'assistant', content: '' },
        ],
        'stop',
      ),
    },
    check: ({ text }) => {
      expect(text).toContain('tool_use');
      expect(text).not.toMatch(/"type":\s*"text"/);
      expect(text).toMatch(/"stop_reason":\s*"tool_use"/);
    },
  },
  {
    title: "shows Mistral's list of thinking and text as thinking, then text",
    reports: ['symfony/ai#2422', 'BerriAI/litellm#16434'],
    client: 'messages',
    model: 'mistral/magistral-medium-latest',
    body: messages(),
    scripted: {
      done: true,
      events: chatChunks(
        [
          { role: 'assistant', content: '' },
          { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'let me see' }] }] },
          { content: [{ type: 'text', text: 'Why' }] },
          { content: ' not' },
        ],
        'stop',
      ),
    },
    check: ({ reading, text }) => {
      if (reading) expect(reading.truth).toMatchObject({ reasoning: 'let me see', text: 'Why not' });
      else expect(text).toMatch(/let me see.*Why not/s);
    },
  },
];
