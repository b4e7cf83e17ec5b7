import { expect } from 'vitest';
import {
  assistant,
  chat,
  chatCall,
  chatResult,
  chatTool,
  messagesTool,
  responsesTool,
  system,
  text,
  toolResult,
  toolUse,
  user,
} from '../bodies.ts';
import { lastBody, pick, type RequestCase } from '../request-case.ts';

/** A function call with a message between it and its output, as Codex sends them. */
const interrupted = (role: string) => ({
  input: [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What do my notes say?' }] },
    { type: 'function_call', call_id: 'call_7', name: 'read_file', arguments: '{"path":"notes.txt"}' },
    { type: 'message', role, content: [{ type: 'input_text', text: 'Be quick.' }] },
    { type: 'function_call_output', call_id: 'call_7', output: 'Buy milk.' },
  ],
  tools: [responsesTool()],
});

/** Blank text, roles, and the order of turns. */
export const textAndOrderCases: readonly RequestCase[] = [
  {
    title: 'lets no user turn follow a tool result at Mistral',
    reports: ['mistralai/mistral-common#169', 'NousResearch/hermes-agent#84944'],
    client: 'messages',
    model: 'mistral/mistral-large-latest',
    body: {
      max_tokens: 900,
      messages: [
        user('What do my notes say?'),
        assistant([toolUse('toolu_a')]),
        user([toolResult('toolu_a'), text('<system-reminder>Be brief.</system-reminder>')]),
      ],
      tools: [messagesTool()],
    },
    check: (outcome) => expect(JSON.stringify(lastBody(outcome))).toContain('Be brief.'),
  },
  {
    title: 'puts a system message from the middle of a Messages conversation first for Qwen',
    reports: ['ollama/ollama#17774', 'RunanywhereAI/wally#77', 'QwenLM/Qwen3.8#186'],
    client: 'messages',
    model: 'vllm/qwen3.8-27b',
    body: {
      max_tokens: 900,
      system: 'Answer briefly.',
      messages: [user('Hello'), system('Available agents: none.'), assistant('Hi.'), user('Please begin')],
    },
    check: (outcome) => expect(JSON.stringify(lastBody(outcome))).toContain('Available agents'),
  },
  {
    title: "leaves a chat client's own order alone at a chat server and passes the server's words on",
    reports: ['raullenchai/Rapid-MLX#1543', 'vllm-project/vllm#41114'],
    client: 'chat',
    model: 'vllm/qwen3.8-27b',
    body: { messages: [system('Answer briefly.'), user('Hello'), assistant('Hi.'), system('Say GREEN.'), user('Which colour?')] },
    refused: true,
    check: ({ status, json }) => {
      expect(status).toBe(400);
      expect(pick(json, 'error', 'message')).toContain('beginning');
    },
  },
  {
    title: 'moves a result to its call when a user message stands between them',
    reports: ['deepseek-ai/awesome-deepseek-integration#740', 'livekit/agents#1977', 'BigPizzaV3/CodexPlusPlus#327'],
    client: 'responses',
    model: 'lab/qwen3',
    body: interrupted('user'),
  },
  {
    title: 'moves a result to its call when a developer message stands between them',
    reports: ['deepseek-ai/awesome-deepseek-integration#740'],
    client: 'responses',
    model: 'lab/qwen3',
    body: interrupted('developer'),
  },
  {
    title: 'puts results first for Anthropic when a user message stands before them',
    reports: ['deepseek-ai/awesome-deepseek-integration#740'],
    client: 'responses',
    model: 'anthropic/claude-sonnet-4-5',
    body: interrupted('user'),
    check: (outcome) => expect(pick(lastBody(outcome), 'messages', 2, 'content', 0, 'type')).toBe('tool_result'),
  },
  {
    title: 'writes the developer role as system for DeepSeek',
    reports: ['earendil-works/pi#1048', 'BenedictKing/ccx#149', 'OpenCoworkAI/open-codesign#316'],
    client: 'chat',
    model: 'deepseek/deepseek-chat',
    body: { messages: [{ role: 'developer', content: 'Answer briefly.' }, user('Hello')] },
    check: (outcome) => expect(pick(lastBody(outcome), 'messages', 0)).toEqual(system('Answer briefly.')),
  },
  {
    title: 'leaves blank text beside tool calls out for Anthropic',
    reports: ['anomalyco/opencode#31259', 'anthropics/claude-code#23440', 'langgenius/dify-official-plugins#3422'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: {
      messages: [user('What do my notes say?'), assistant('\n\n', { tool_calls: [chatCall('call_7')] }), chatResult('call_7')],
      tools: [chatTool()],
    },
  },
  {
    title: 'trims white space at the end of a prefill for Anthropic',
    reports: ['langchain-ai/langchain#35073', 'tailcallhq/forgecode#1872', 'Pasta-Devs/Marinara-Engine#2679'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: chat({ messages: [user('Give me JSON'), assistant('{"name":\n')] }),
  },
];
