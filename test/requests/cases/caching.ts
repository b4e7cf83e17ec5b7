import { expect } from 'vitest';
import { assistant, cacheMark, chatCall, chatResult, chatTool, messages, messagesTool, text, user } from '../bodies.ts';
import { lastBody, type RequestCase } from '../request-case.ts';

const marked = (word: string, count: number): RequestCase['check'] => {
  return (outcome) => expect(JSON.stringify(lastBody(outcome)).match(new RegExp(word, 'g')) ?? []).toHaveLength(count);
};

/** Marks for prompt caches, in every spelling. */
export const cachingCases: readonly RequestCase[] = [
  {
    title: 'lets a mark on the whole request not reach Bedrock',
    reports: ['BerriAI/litellm#26320', '8monkey-ai/hebo-gateway#190'],
    client: 'messages',
    model: 'bedrock/us.anthropic.claude-opus-4-8',
    body: messages(cacheMark),
  },
  {
    title: 'carries marks on tools, messages and results of a chat client to Anthropic',
    reports: ['envoyproxy/ai-gateway#2358', 'maximhq/bifrost#3942'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: {
      messages: [
        { role: 'system', content: 'A long prompt', ...cacheMark },
        user('What do my notes say?'),
        assistant(null, { tool_calls: [chatCall('call_7')] }),
        chatResult('call_7', 'Buy milk.', cacheMark),
      ],
      tools: [{ ...chatTool(), ...cacheMark }],
    },
    check: marked('"cache_control"', 3),
  },
  {
    title: 'passes marks of a chat client to OpenRouter',
    reports: ['maximhq/bifrost#3942'],
    client: 'chat',
    model: 'openrouter/anthropic/claude-sonnet-4.5',
    body: { messages: [user([text('A long text', cacheMark)])], tools: [{ ...chatTool(), ...cacheMark }] },
    check: marked('"cache_control"', 2),
  },
  {
    title: 'carries marks of a Messages client to Claude behind OpenRouter',
    reports: ['maximhq/bifrost#3942', 'maximhq/bifrost#6290'],
    client: 'messages',
    model: 'openrouter/anthropic/claude-sonnet-4.5',
    body: messages({
      messages: [user([text('Hello', cacheMark)])],
      system: [text('A long prompt', cacheMark)],
      tools: [messagesTool('read_file', undefined, cacheMark)],
    }),
    check: marked('"cache_control"', 3),
  },
  {
    title: 'turns marks of a Messages client into cache points for Nova',
    reports: ['envoyproxy/ai-gateway#2528', 'maximhq/bifrost#5629'],
    client: 'messages',
    model: 'bedrock/us.amazon.nova-pro-v1:0',
    body: messages({ messages: [user([text('Hello', cacheMark)])], system: [text('A long prompt', cacheMark)] }),
    check: marked('cachePoint', 2),
  },
];
