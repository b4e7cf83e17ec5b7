import { lenientText } from '../dialects/lenient-fields.ts';
import { isObject, type JsonObject } from '../stream/json.ts';
import type { Bytes, Frame } from '../wire/frame.ts';
import { ChatDecoder } from './dialects/chat.ts';
import { CompleteDecoder } from './dialects/complete.ts';
import { ConverseDecoder } from './dialects/converse.ts';
import type { Context, Decoder } from './dialects/decoder.ts';
import { MessagesDecoder } from './dialects/messages.ts';
import { ResponsesDecoder } from './dialects/responses.ts';
import { readAwsMessages } from './wire/aws-messages.ts';
import { readSse } from './wire/sse.ts';

/** How one dialect is asked, and how its answers are read. */
export interface Dialect {
  path(body: JsonObject): string;
  /** The caller's body with what makes it a stream. */
  body(body: JsonObject): JsonObject;
  readonly wire: Wire;
  /** A decoder for one answer. */
  decoder(context: Context): Decoder;
}

interface Wire {
  readonly contentType: string;
  read(bytes: Bytes, maxFrameBytes: number): AsyncGenerator<Frame>;
}

const sse: Wire = { contentType: 'text/event-stream', read: readSse };
const awsMessages: Wire = { contentType: 'application/vnd.amazon.eventstream', read: readAwsMessages };

const streaming = (body: JsonObject): JsonObject => ({ ...body, stream: true });

/** Usage comes only where it is asked for. */
const withUsage = (body: JsonObject): JsonObject => ({
  ...streaming(body),
  stream_options: { include_usage: true, ...(isObject(body.stream_options) && body.stream_options) },
});

/** Every dialect that Sluice speaks, by the name it has here. */
export const dialects = {
  /** OpenAI chat completions. */
  chat: { path: () => '/v1/chat/completions', body: withUsage, wire: sse, decoder: () => new ChatDecoder() },
  /** OpenAI text completions: the same chunks. */
  completions: { path: () => '/v1/completions', body: withUsage, wire: sse, decoder: () => new ChatDecoder() },
  /** OpenAI Responses. */
  responses: { path: () => '/v1/responses', body: streaming, wire: sse, decoder: () => new ResponsesDecoder() },
  /** Anthropic Messages. */
  messages: { path: () => '/v1/messages', body: streaming, wire: sse, decoder: () => new MessagesDecoder() },
  /** Anthropic text completion. */
  complete: { path: () => '/v1/complete', body: streaming, wire: sse, decoder: () => new CompleteDecoder() },
  /** Bedrock Converse; the model is `modelId` in the body, as the AWS SDKs have it. */
  converse: {
    path: ({ modelId }) => `/model/${encodeURIComponent(lenientText(modelId))}/converse-stream`,
    body: ({ modelId: _, ...body }) => body,
    wire: awsMessages,
    decoder: (context) => new ConverseDecoder(context),
  },
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof dialects;
