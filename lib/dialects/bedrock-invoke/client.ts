import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { Frame } from '../../wire/frame.ts';
import { writeInvokeChunk } from '../../wire/invoke-chunks.ts';
import { parseFrame } from '../../wire/json.ts';
import { anthropicComplete } from '../anthropic-complete/client.ts';
import { anthropicMessages } from '../anthropic-messages/client.ts';
import { errorAnswer } from '../bedrock/errors.ts';
import type { ClientDialect } from '../dialect.ts';
import { invalidField } from '../validate-body.ts';
import { type Body, ChunkEncoder } from './encode.ts';

/** The accepted body formats, each a dialect of its own. */
const messages: Body = {
  client: anthropicMessages,
  chunk: ({ event, data }) => (event === 'ping' ? undefined : data),
};
const completion: Body = {
  client: anthropicComplete,
  chunk: (frame) => (frame.event === 'completion' ? withoutAnswerer(frame) : undefined),
};
const bodies: Readonly<Record<string, Body>> = {
  [messages.client.name]: messages,
  [completion.client.name]: completion,
};

/**
 * Bedrock's InvokeModel and InvokeModelWithResponseStream for AWS SDK clients, with a Claude body: Messages or text
 * completion. The body decides the dialect of the request, and any model's answer is returned in the same format.
 * Bodies of other model families are rejected, because Converse has one format for all models.
 */
export const bedrockInvoke: ClientDialect = {
  name: 'bedrock-invoke',
  idPrefix: 'msg_bdrk_',
  contentType: 'application/vnd.amazon.eventstream',
  write: writeInvokeChunk,
  withoutImages: true,
  parse,
  encoder: (options) => new ChunkEncoder(bodyOf(options.request), options),
  collector: (options) => bodyOf(options.request).client.collector(options),
  error: errorAnswer,
};

/** A body with `model` and `stream` added from its URL. */
function parse(body: JsonObject): ModelRequest {
  if (body.messages !== undefined) return anthropicMessages.parse(body);
  if (typeof body.prompt === 'string') return anthropicComplete.parse(body);
  throw invalidField(
    'messages',
    'is required (or `prompt` as a string). Sluice only reads Invoke bodies for Claude. Use Converse for other models',
  );
}

/** Bedrock's completions have neither an id nor a model. */
function withoutAnswerer(frame: Frame): string {
  const { type, completion, stop_reason, stop } = parseFrame(frame);
  return JSON.stringify({ type, completion, stop_reason, stop });
}

function bodyOf({ dialect }: ModelRequest): Body {
  return bodies[dialect] ?? messages;
}
