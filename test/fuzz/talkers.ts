import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { bedrockInvoke } from '../../lib/dialects/bedrock-invoke/client.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type Call, type Conversation, type Exchange, pixel, tools } from './conversation.ts';

/** How clients of one dialect write a conversation. */
export interface Talker {
  readonly name: string;
  readonly dialect: ClientDialect;
  body(conversation: Conversation): JsonObject;
}

const json = ({ given, blank }: Call) => (blank ? '' : JSON.stringify(given));

const chat: Talker = {
  name: 'chat',
  dialect: openaiChat,
  body: ({ system, exchanges, last, maxTokens }) => ({
    model: 'm',
    max_completion_tokens: maxTokens,
    messages: [
      ...(system ? [{ role: 'system', content: system }] : []),
      ...exchanges.flatMap((exchange): JsonObject[] => [
        {
          role: 'user',
          content: exchange.picture
            ? [
                { type: 'text', text: exchange.said },
                { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
              ]
            : exchange.said,
        },
        {
          role: 'assistant',
          content: exchange.text || (exchange.calls.length > 0 ? null : ''),
          ...(exchange.thought && { reasoning_content: exchange.thought }),
          ...(exchange.calls.length > 0 && {
            tool_calls: exchange.calls.map((call) => ({
              id: call.id,
              type: 'function',
              function: { name: call.name, arguments: json(call) },
            })),
          }),
        },
        ...exchange.calls.map(({ id, result }) => ({ role: 'tool', tool_call_id: id, content: result })),
      ]),
      { role: 'user', content: last },
    ],
    tools: tools.map(({ schema, ...tool }) => ({ type: 'function', function: { ...tool, parameters: schema } })),
  }),
};

const responses: Talker = {
  name: 'responses',
  dialect: openaiResponses,
  body: ({ system, exchanges, last, maxTokens }) => ({
    model: 'm',
    store: false,
    max_output_tokens: Math.max(maxTokens, 16),
    ...(system && { instructions: system }),
    input: [
      ...exchanges.flatMap((exchange): JsonObject[] => [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: exchange.said },
            ...(exchange.picture ? [{ type: 'input_image', image_url: `data:image/png;base64,${pixel}`, detail: 'auto' }] : []),
          ],
        },
        ...(exchange.thought
          ? [{ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: exchange.thought }] }]
          : []),
        ...(exchange.text
          ? [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: exchange.text, annotations: [] }] }]
          : []),
        ...exchange.calls.map((call) => ({ type: 'function_call', call_id: call.id, name: call.name, arguments: json(call) })),
        ...exchange.calls.map(({ id, result }) => ({ type: 'function_call_output', call_id: id, output: result })),
      ]),
      { role: 'user', content: last },
    ],
    tools: tools.map(({ schema, ...tool }) => ({ type: 'function', ...tool, parameters: schema, strict: false })),
  }),
};

const messages: Talker = {
  name: 'messages',
  dialect: anthropicMessages,
  body: ({ system, exchanges, last, maxTokens }) => ({
    model: 'm',
    max_tokens: maxTokens,
    ...(system && { system }),
    messages: alternating(exchanges, last, {
      text: (words) => ({ type: 'text', text: words }),
      picture: { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
      // These thoughts are unsigned, whatever produced them.
      thought: (thinking) => ({ type: 'thinking', thinking, signature: '' }),
      call: ({ id, name, given }) => ({ type: 'tool_use', id: accepted(id), name, input: given }),
      result: ({ id, result }) => ({ type: 'tool_result', tool_use_id: accepted(id), content: result }),
    }),
    tools: tools.map(({ schema, ...tool }) => ({ ...tool, input_schema: schema })),
  }),
};

const converse: Talker = {
  name: 'converse',
  dialect: bedrockConverse,
  body: ({ system, exchanges, last, maxTokens }) => ({
    model: 'm',
    ...(system && { system: [{ text: system }] }),
    inferenceConfig: { maxTokens },
    messages: alternating(exchanges, last, {
      text: (words) => ({ text: words }),
      picture: { image: { format: 'png', source: { bytes: pixel } } },
      thought: (words) => ({ reasoningContent: { reasoningText: { text: words } } }),
      call: ({ id, name, given }) => ({ toolUse: { toolUseId: accepted(id), name, input: given } }),
      result: ({ id, result }) => ({ toolResult: { toolUseId: accepted(id), content: [{ text: result }] } }),
    }),
    toolConfig: { tools: tools.map(({ schema, ...tool }) => ({ toolSpec: { ...tool, inputSchema: { json: schema } } })) },
  }),
};

export const talkers: readonly Talker[] = [
  chat,
  responses,
  messages,
  converse,
  {
    ...messages,
    name: 'invoke',
    dialect: bedrockInvoke,
    body: (conversation) => ({ ...messages.body(conversation), anthropic_version: 'bedrock-2023-05-31' }),
  },
];

/** Clients of these dialects were never given other ids. */
function accepted(id: string): string {
  return id.replace(/[^\w-]/g, '-');
}

/** How a dialect of alternating turns writes each part. */
interface Parts {
  text(words: string): JsonObject;
  readonly picture: JsonObject;
  thought(words: string): JsonObject;
  call(call: Call): JsonObject;
  result(call: Call): JsonObject;
}

/** The user's turn has the results of the calls before it, then the user's text. */
function alternating(exchanges: readonly Exchange[], last: string, parts: Parts): JsonObject[] {
  const users = [...exchanges.map(({ said }) => said), last].map((said, at) => ({
    role: 'user',
    content: [
      ...(exchanges[at - 1]?.calls ?? []).map(parts.result),
      parts.text(said),
      ...(exchanges[at]?.picture ? [parts.picture] : []),
    ],
  }));
  return users.flatMap((user, at) => {
    const { thought = '', text = '', calls = [] } = exchanges[at] ?? {};
    const content = [...(thought ? [parts.thought(thought)] : []), ...(text ? [parts.text(text)] : []), ...calls.map(parts.call)];
    return content.length > 0 ? [user, { role: 'assistant', content }] : [user];
  });
}
