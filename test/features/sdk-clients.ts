import type { Json, JsonObject } from '../../lib/stream/json.ts';
import { listOf, objectOf, parsed, textOf } from '../support/truth/truth.ts';
import { chatMessage, converseContent, invokedPayloads, messagesContent, messagesPayloads, responseItems } from './echoes.ts';

/** A call of a tool, as a client's user sees it. */
export interface Called {
  readonly id: string;
  readonly name: string;
  readonly given: Json;
}

/** How clients of one dialect hold a conversation with tools: what they keep, and what they send back. */
export interface Talker {
  readonly name: string;
  path(model: string, stream: boolean): string;
  body(model: string, turns: readonly JsonObject[], stream: boolean): JsonObject;
  user(said: string): JsonObject;
  /** The model's turns, of a stream or of a whole answer. */
  heard(bytes: Uint8Array, stream: boolean): JsonObject[];
  calls(turns: readonly JsonObject[]): Called[];
  text(turns: readonly JsonObject[]): string;
  results(calls: readonly Called[], result: (call: Called) => string): JsonObject[];
}

const tools = [
  {
    name: 'get_weather',
    description: 'The weather in a city',
    schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  },
  { name: 'current_time', description: 'What time it is', schema: { type: 'object', properties: {} } },
];

const whole = (bytes: Uint8Array) => objectOf(parsed(Buffer.from(bytes).toString()));

const chat: Talker = {
  name: 'chat completions',
  path: () => '/v1/chat/completions',
  body: (model, messages, stream) => ({
    model,
    stream,
    messages: [...messages],
    reasoning_effort: 'medium',
    tools: tools.map(({ schema, ...tool }) => ({ type: 'function', function: { ...tool, parameters: schema } })),
  }),
  user: (content) => ({ role: 'user', content }),
  heard: (bytes, stream) => [stream ? chatMessage(bytes) : objectOf(listOf(whole(bytes).choices)[0]?.message)],
  calls: (turns) =>
    turns.flatMap(({ tool_calls }) =>
      listOf(tool_calls).map((call) => {
        const { name, arguments: json } = objectOf(call.function);
        return { id: textOf(call.id), name: textOf(name), given: parsed(textOf(json)) ?? null };
      }),
    ),
  text: (turns) => turns.map(({ content }) => textOf(content)).join(''),
  results: (calls, result) => calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: result(call) })),
};

const messages: Talker = {
  name: 'Messages',
  path: () => '/v1/messages',
  body: (model, turns, stream) => ({
    model,
    stream,
    max_tokens: 4000,
    thinking: { type: 'enabled', budget_tokens: 2000 },
    tools: tools.map(({ schema, ...tool }) => ({ ...tool, input_schema: schema })),
    messages: [...turns],
  }),
  user: (content) => ({ role: 'user', content }),
  heard: (bytes, stream) => [
    { role: 'assistant', content: stream ? messagesContent(messagesPayloads(bytes)) : (whole(bytes).content ?? null) },
  ],
  calls: (turns) =>
    blocksOf(turns).flatMap(({ type, id, name, input = null }) =>
      type === 'tool_use' ? [{ id: textOf(id), name: textOf(name), given: input }] : [],
    ),
  text: (turns) =>
    blocksOf(turns)
      .map(({ text }) => textOf(text))
      .join(''),
  results: (calls, result) => [
    {
      role: 'user',
      content: calls.map((call) => ({ type: 'tool_result', tool_use_id: call.id, content: result(call) })),
    },
  ],
};

const responses: Talker = {
  name: 'Responses',
  path: () => '/v1/responses',
  body: (model, input, stream) => ({
    model,
    stream,
    store: false,
    input: [...input],
    reasoning: { effort: 'medium', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    tools: tools.map(({ schema, ...tool }) => ({ type: 'function', ...tool, parameters: schema, strict: false })),
  }),
  user: (content) => ({ role: 'user', content }),
  heard: (bytes, stream) => (stream ? responseItems(bytes) : listOf(whole(bytes).output)),
  calls: (turns) =>
    turns.flatMap(({ type, call_id, name, arguments: json }) =>
      type === 'function_call' ? [{ id: textOf(call_id), name: textOf(name), given: parsed(textOf(json)) ?? null }] : [],
    ),
  text: (turns) =>
    turns
      .flatMap(({ type, content }) => (type === 'message' ? listOf(content) : []))
      .map(({ text }) => textOf(text))
      .join(''),
  results: (calls, result) => calls.map((call) => ({ type: 'function_call_output', call_id: call.id, output: result(call) })),
};

const converse: Talker = {
  name: 'Converse',
  path: (model, stream) => `/model/${encodeURIComponent(model)}/converse${stream ? '-stream' : ''}`,
  body: (model, turns) => ({
    messages: [...turns],
    inferenceConfig: { maxTokens: 4000 },
    // A field of Claude's, which Bedrock refuses of others.
    ...(!model.includes('nova') && {
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2000 } },
    }),
    toolConfig: { tools: tools.map(({ schema, ...tool }) => ({ toolSpec: { ...tool, inputSchema: { json: schema } } })) },
  }),
  user: (text) => ({ role: 'user', content: [{ text }] }),
  heard: (bytes, stream) => [
    {
      role: 'assistant',
      content: stream ? converseContent(bytes) : (objectOf(objectOf(whole(bytes).output).message).content ?? null),
    },
  ],
  calls: (turns) =>
    blocksOf(turns).flatMap(({ toolUse }) => {
      const { toolUseId, name, input = null } = objectOf(toolUse);
      return toolUse === undefined ? [] : [{ id: textOf(toolUseId), name: textOf(name), given: input }];
    }),
  text: messages.text,
  results: (calls, result) => [
    {
      role: 'user',
      content: calls.map((call) => ({ toolResult: { toolUseId: call.id, content: [{ text: result(call) }] } })),
    },
  ],
};

/** Clients of every dialect that has tools. */
export const talkers: readonly Talker[] = [
  chat,
  { ...chat, name: 'chat completions, Prediction Guard’s form', path: () => '/chat/completions' },
  responses,
  messages,
  converse,
  {
    ...messages,
    name: 'InvokeModel, Claude’s Messages',
    path: (model, stream) => `/model/${encodeURIComponent(model)}/invoke${stream ? '-with-response-stream' : ''}`,
    body: (model, turns, stream) => {
      const { model: _model, stream: _stream, ...body } = messages.body(model, turns, stream);
      return { anthropic_version: 'bedrock-2023-05-31', ...body };
    },
    heard: (bytes, stream) =>
      stream ? [{ role: 'assistant', content: messagesContent(invokedPayloads(bytes)) }] : messages.heard(bytes, stream),
  },
];

function blocksOf(turns: readonly JsonObject[]): JsonObject[] {
  return turns.flatMap(({ content }) => listOf(content));
}
