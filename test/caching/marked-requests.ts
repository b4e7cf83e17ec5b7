import type { JsonObject } from '../../lib/stream/json.ts';
import type { ClientName } from '../requests/clients.ts';

/** Where a client can mark the end of what the provider may cache. */
export const places = ['instructions', 'user text', 'tool', 'tool result', 'whole request'] as const;
export type Place = (typeof places)[number];

export interface MarkingClient {
  readonly title: string;
  readonly client: ClientName;
  /** Places for which the dialect or its usual clients have no mark. */
  readonly without: readonly Place[];
  /** A request with one mark. */
  body(place: Place): JsonObject;
}

const lifetime = '1h';
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

/** Anthropic's mark on `object`, if this is the marked place. */
function anthropicMark(marked: boolean): JsonObject {
  return marked ? { cache_control: { type: 'ephemeral', ttl: lifetime } } : {};
}

function chatBody(place: Place): JsonObject {
  const mark = (here: Place) => anthropicMark(here === place);
  return {
    ...mark('whole request'),
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.', ...mark('instructions') }] },
      { role: 'user', content: [{ type: 'text', text: 'Weather in Oslo?', ...mark('user text') }] },
      {
        role: 'assistant',
        content: 'I look it up.',
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'Snow', ...mark('tool result') },
    ],
    tools: [{ type: 'function', function: { name: 'weather', description: 'Weather', parameters: schema }, ...mark('tool') }],
  };
}

function messagesBody(place: Place): JsonObject {
  const mark = (here: Place) => anthropicMark(here === place);
  return {
    max_tokens: 100,
    ...mark('whole request'),
    system: [{ type: 'text', text: 'Be brief.', ...mark('instructions') }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Weather in Oslo?', ...mark('user text') }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look it up.' },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Snow', ...mark('tool result') }] },
    ],
    tools: [{ name: 'weather', description: 'Weather', input_schema: schema, ...mark('tool') }],
  };
}

function converseBody(place: Place): JsonObject {
  const mark = (here: Place) => (here === place ? [{ cachePoint: { type: 'default', ttl: lifetime } }] : []);
  return {
    system: [{ text: 'Be brief.' }, ...mark('instructions')],
    messages: [
      { role: 'user', content: [{ text: 'Weather in Oslo?' }, ...mark('user text')] },
      {
        role: 'assistant',
        content: [{ text: 'I look it up.' }, { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input: { city: 'Oslo' } } }],
      },
      {
        role: 'user',
        content: [{ toolResult: { toolUseId: 'tooluse_1', content: [{ text: 'Snow' }] } }, ...mark('tool result')],
      },
    ],
    toolConfig: {
      tools: [{ toolSpec: { name: 'weather', description: 'Weather', inputSchema: { json: schema } } }, ...mark('tool')],
    },
  };
}

export const markingClients: readonly MarkingClient[] = [
  { title: 'OpenAI chat completions', client: 'chat', without: [], body: chatBody },
  { title: 'Anthropic Messages', client: 'messages', without: [], body: messagesBody },
  { title: 'Bedrock Converse', client: 'converse', without: ['whole request'], body: converseBody },
  {
    title: 'Bedrock InvokeModel',
    client: 'invoke',
    without: ['whole request'],
    body: (place) => ({ anthropic_version: 'bedrock-2023-05-31', ...messagesBody(place) }),
  },
];

/** One model for each way in which a provider takes marks, or doesn't. */
export const markedTargets: readonly (readonly [name: string, model: string])[] = [
  ['Anthropic', 'anthropic/claude-opus-4-8'],
  ['Bedrock, Claude', 'bedrock/us.anthropic.claude-opus-4-8-v1:0'],
  ['Bedrock, Claude (Converse only)', 'converse/us.anthropic.claude-opus-4-8-v1:0'],
  ['Bedrock, Nova', 'bedrock/us.amazon.nova-pro-v1:0'],
  ['Bedrock, Llama', 'bedrock/us.meta.llama4-maverick-17b-instruct-v1:0'],
  ['Gemini', 'gemini/gemini-3-pro-preview'],
  ['OpenAI, chat completions', 'openai/gpt-5'],
  ['OpenAI, Responses', 'openai/gpt-5-codex'],
  ['OpenRouter', 'openrouter/anthropic/claude-opus-4-8'],
  ['Groq, and every other chat server', 'groq/llama-3.3-70b-versatile'],
];

/** Every mark in the body that a provider got: its path, and whether it kept its lifetime. */
export function marksIn(value: unknown, path = ''): { readonly path: string; readonly keepsLifetime: boolean }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => marksIn(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = path ? `${path}.${name}` : name;
    if (name !== 'cache_control' && name !== 'cachePoint') return marksIn(member, at);
    return [{ path: at, keepsLifetime: (member as { ttl?: unknown }).ttl === lifetime }];
  });
}
