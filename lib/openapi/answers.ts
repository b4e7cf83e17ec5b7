import type { JsonObject } from '../stream/json.ts';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const textOrNull = { type: ['string', 'null'] };
const list = (items: JsonObject = {}) => ({ type: 'array', items });
/** An object that always has these members and may have others. */
const object = (required: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: { ...required, ...more },
  required: Object.keys(required),
});

const openaiUsage = object({ prompt_tokens: count, completion_tokens: count, total_tokens: count });
const toolCall = object({ id: text, type: text, function: object({ name: text, arguments: text }) });
const message = object({ role: text, content: textOrNull }, { refusal: textOrNull, tool_calls: list(toolCall) });
const chunk = (name: string, choice: JsonObject): JsonObject => ({
  anyOf: [
    object(
      { id: text, object: { const: name }, created: { type: 'integer' }, model: text, choices: list(choice) },
      { usage: {} },
    ),
    { $ref: '#/components/schemas/OpenaiError' },
  ],
});
const model = object({ id: text, object: { const: 'model' }, created: { type: 'integer' }, owned_by: text });
const messageUsage = object({ input_tokens: count, output_tokens: count });
const converseUsage = object({ inputTokens: count, outputTokens: count, totalTokens: count });

/** The responses by name, with the members that each always has. */
export const answers: Readonly<Record<string, JsonObject>> = {
  StreamLog: list(),
  StreamStatus: object({
    id: text,
    object: { const: 'stream' },
    status: { enum: ['cancelling', 'finished', 'failed', 'cancelled', 'refused', 'lost', 'deleted'] },
  }),
  StreamLink: object({
    id: text,
    object: { const: 'stream.link' },
    url: text,
    expires_at: { type: 'integer' },
    cancel: { type: 'boolean' },
  }),
  DeletedResponse: object({ id: text, object: { const: 'response' }, deleted: { const: true } }),
  InputItems: object({
    object: { const: 'list' },
    data: list(),
    first_id: textOrNull,
    last_id: textOrNull,
    has_more: { type: 'boolean' },
  }),
  ChatCompletion: object(
    {
      id: text,
      object: { const: 'chat.completion' },
      created: { type: 'integer' },
      model: text,
      choices: list(object({ index: count, message, finish_reason: text })),
    },
    { usage: openaiUsage },
  ),
  ChatCompletionChunk: chunk('chat.completion.chunk', object({ index: count, delta: object({}), finish_reason: textOrNull })),
  Completion: object(
    {
      id: text,
      object: { const: 'text_completion' },
      created: { type: 'integer' },
      model: text,
      choices: list(object({ index: count, text, finish_reason: text })),
    },
    { usage: openaiUsage },
  ),
  CompletionChunk: chunk('text_completion', object({ index: count, text, finish_reason: textOrNull })),
  Response: object(
    {
      id: text,
      object: { const: 'response' },
      created_at: { type: 'integer' },
      status: text,
      model: text,
      output: list(object({ type: text })),
    },
    { usage: {}, error: {} },
  ),
  ResponseEvent: object({ type: text, sequence_number: count }),
  Model: model,
  ModelList: object({ object: { const: 'list' }, data: list(model), has_more: { type: 'boolean' }, models: list() }),
  Status: object({ status: text }),
  Message: object({
    id: text,
    type: { const: 'message' },
    role: { const: 'assistant' },
    model: text,
    content: list(object({ type: text })),
    stop_reason: textOrNull,
    usage: messageUsage,
  }),
  MessageEvent: object({ type: text }),
  TokenCount: object({ input_tokens: count }),
  InputTokens: object({ inputTokens: count }),
  TextCompletion: object({ type: { const: 'completion' }, id: text, completion: text, stop_reason: textOrNull, model: text }),
  TextCompletionEvent: object({ type: text }),
  ConverseAnswer: object({
    output: object({ message: object({ role: text, content: list() }) }),
    stopReason: text,
    usage: converseUsage,
    metrics: object({ latencyMs: count }),
  }),
  InvokeAnswer: { description: 'A message or a completion, depending on the form of the request body.', type: 'object' },
  OpenaiError: object({ error: object({ message: text, type: text, param: textOrNull, code: textOrNull }) }),
  PredictionGuardError: object({ error: text }),
  AnthropicError: object({ type: { const: 'error' }, error: object({ type: text, message: text }), request_id: text }),
  BedrockError: object({ message: text }),
};
