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

/** The bodies that callers may send, each a dialect of its own. */
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
 * Bedrock's InvokeModel and InvokeModelWithResponseStream as the AWS SDKs speak them, with a body for Claude: of the
 * Messages API, or a text completion. What the body is, the request says that it was parsed to; whichever model answers
 * is heard in the same form. Bodies of other families are refused, since Converse asks every model alike.
 */
export const bedrockInvoke: ClientDialect = {
  name: 'bedrock-invoke',
  idPrefix: 'msg_bdrk_',
  contentType: 'application/vnd.amazon.eventstream',
  write: writeInvokeChunk,
  parse,
  encoder: (options) => new ChunkEncoder(bodyOf(options.request), options),
  collector: (options) => bodyOf(options.request).client.collector(options),
  error: errorAnswer,
};

/** A body to which its address has added `model` and `stream`. */
function parse(body: JsonObject): ModelRequest {
  if (body.messages !== undefined) return anthropicMessages.parse(body);
  if (typeof body.prompt === 'string') return anthropicComplete.parse(body);
  throw invalidField(
    'messages',
    'is required, or `prompt` as text: only bodies for Claude are known here. Use Converse for any model',
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
