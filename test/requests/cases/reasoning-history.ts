import { expect } from 'vitest';
import { assistant, chatCall, chatResult, chatTool, messagesTool, text, toolResult, toolUse, user } from '../bodies.ts';
import { lastBody, pick, type RequestCase } from '../request-case.ts';

const thought = 'The notes should say.';

const chatLoop = {
  messages: [
    user('What do my notes say?'),
    assistant('', { reasoning_content: thought, tool_calls: [chatCall('call_7')] }),
    chatResult('call_7'),
  ],
  tools: [chatTool()],
};

/** Reasoning of earlier turns: some models want it back, others refuse it. */
export const reasoningHistoryCases: readonly RequestCase[] = [
  {
    title: 'sends the reasoning that a Messages client was shown back to DeepSeek in a tool loop',
    reports: ['decolua/9router#355', 'farion1231/cc-switch#2331', 'deepseek-ai/awesome-deepseek-agent#63'],
    client: 'messages',
    model: 'deepseek/deepseek-reasoner',
    body: {
      max_tokens: 900,
      messages: [
        user('What do my notes say?'),
        assistant([{ type: 'thinking', thinking: thought, signature: '' }, toolUse('call_7')]),
        user([toolResult('call_7')]),
      ],
      tools: [messagesTool()],
    },
    check: (outcome) => expect(pick(lastBody(outcome), 'messages', 1, 'reasoning_content')).toBe(thought),
  },
  {
    title: "passes a chat client's reasoning_content to DeepSeek",
    reports: ['RooCodeInc/Roo-Code#12195', 'continuedev/continue#9720', 'SaladDay/cc-switch-cli#170'],
    client: 'chat',
    model: 'deepseek/deepseek-reasoner',
    body: { ...chatLoop, messages: chatLoop.messages.with(1, assistant(null, { ...chatLoop.messages[1], content: null })) },
    check: (outcome) => expect(pick(lastBody(outcome), 'messages', 1, 'reasoning_content')).toBe(thought),
  },
  {
    title: "passes a chat client's reasoning_content to Kimi on any server",
    reports: ['continuedev/continue#11527', 'QuantumNous/new-api#3121', 'anomalyco/opencode#10996', 'maximhq/bifrost#5887'],
    client: 'chat',
    model: 'lab/kimi-k3-thinking',
    body: chatLoop,
    check: (outcome) => expect(pick(lastBody(outcome), 'messages', 1, 'reasoning_content')).toBe(thought),
  },
  {
    title: 'leaves reasoning_content out for Groq, which refuses it',
    reports: ['tashfeenahmed/freellmapi#1070', 'janhq/jan#8136'],
    client: 'chat',
    model: 'groq/openai/gpt-oss-120b',
    body: { messages: [user('One?'), assistant('Two.', { reasoning_content: thought }), user('Three?')] },
  },
  {
    title: 'keeps interleaved thinking in its order',
    reports: ['maximhq/bifrost#6342'],
    client: 'messages',
    model: 'anthropic/claude-opus-4-8',
    scripted: {
      events: [
        {
          type: 'message_start',
          message: {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            model: 'c',
            content: [],
            usage: { input_tokens: 3, output_tokens: 1 },
          },
        },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Done' } },
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
        { type: 'message_stop' },
      ],
    },
    body: {
      max_tokens: 900,
      messages: [
        user('Compare my notes'),
        assistant([
          { type: 'thinking', thinking: 'First', signature: 'Zmlyc3Q=' },
          text('I look at both.'),
          { type: 'thinking', thinking: 'Second', signature: 'c2Vjb25k' },
          toolUse('toolu_a'),
          toolUse('toolu_b', { path: 'more.txt' }),
        ]),
        user([toolResult('toolu_a'), toolResult('toolu_b')]),
      ],
      tools: [messagesTool()],
    },
    check: (outcome) => {
      const content = pick(lastBody(outcome), 'messages', 1, 'content') as { type: string }[];
      expect(content.map(({ type }) => type)).toEqual(['thinking', 'text', 'thinking', 'tool_use', 'tool_use']);
    },
  },
];
