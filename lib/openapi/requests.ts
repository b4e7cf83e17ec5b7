import { parameterRanges } from '../dialects/anthropic-complete/parse.ts';
import { requestSchema as messagesSchema } from '../dialects/anthropic-messages/schema.ts';
import { requestSchema as converseSchema } from '../dialects/bedrock-converse/schema.ts';
import { chatSchema } from '../dialects/openai-chat/schema.ts';
import { completionSchema } from '../dialects/openai-completions/schema.ts';
import { responsesSchema } from '../dialects/openai-responses/schema.ts';
import type { JsonObject } from '../stream/json.ts';
import { bodySchemaOf, orNull } from './json-schema.ts';

/** Part of the path, not of the body. */
const inPath = ['model', 'stream'];

/** The request bodies by name, generated from the schemas that validate requests. */
export const requests: Readonly<Record<string, () => JsonObject>> = {
  ChatCompletionRequest: () => bodySchemaOf(chatSchema),
  DeployedChatCompletionRequest: () => bodySchemaOf(chatSchema, { optional: ['model'] }),
  CompletionRequest: () => bodySchemaOf(completionSchema),
  DeployedCompletionRequest: () => bodySchemaOf(completionSchema, { optional: ['model'] }),
  ResponseRequest: () => bodySchemaOf(responsesSchema),
  MessageRequest: () => bodySchemaOf(messagesSchema),
  TokenCountRequest: () => bodySchemaOf(messagesSchema, { optional: ['max_tokens'] }),
  StreamLinkRequest: () => ({
    type: 'object',
    properties: {
      expires_in: { type: 'integer', minimum: 1, maximum: 3600, default: 900, description: 'Seconds.' },
      cancel: { type: 'boolean', default: false, description: 'The link may also cancel the stream.' },
    },
  }),
  TextCompletionRequest: () => textCompletion(),
  ConverseRequest: () => bodySchemaOf(converseSchema, { without: inPath }),
  CountedRequest: () => ({
    type: 'object',
    properties: {
      input: {
        description: 'Either a Converse body, or an InvokeModel body for Claude in base64.',
        type: 'object',
        properties: {
          converse: bodySchemaOf(converseSchema, { without: inPath }),
          invokeModel: { type: 'object', properties: { body: { type: 'string' } }, required: ['body'] },
        },
      },
    },
    required: ['input'],
  }),
  InvokeRequest: () => ({
    anyOf: [bodySchemaOf(messagesSchema, { without: inPath }), textCompletion(inPath)],
  }),
};

/** Text completions have a validation table of their own, with the error messages that their clients expect. */
function textCompletion(without: readonly string[] = []): JsonObject {
  const numbers = Object.values(parameterRanges).map(({ name, min, max, usual }) => [
    name,
    orNull({ type: 'number', minimum: min, default: usual, ...(Number.isFinite(max) && { maximum: max }) }),
  ]);
  const properties: JsonObject = {
    model: { type: 'string', minLength: 1 },
    prompt: { type: 'string' },
    stream: orNull({ type: 'boolean' }),
    stop_sequences: orNull({ type: 'array', items: { type: 'string' } }),
    metadata: {},
    ...Object.fromEntries(numbers),
  };
  const kept = Object.entries(properties).filter(([name]) => !without.includes(name));
  return {
    type: 'object',
    properties: Object.fromEntries(kept),
    required: ['model', 'prompt'].filter((name) => !without.includes(name)),
  };
}
