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

/** The requests of one dialect, and how its answers are decoded. */
export interface Dialect {
  path(body: JsonObject): string;
  /** Adds the members that request a stream to the body. */
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

/** Usage is only sent if requested. */
const withUsage = (body: JsonObject): JsonObject => ({
  ...streaming(body),
  stream_options: { include_usage: true, ...(isObject(body.stream_options) && body.stream_options) },
});

/** Every dialect of Sluice, by its name in this client. */
export const dialects = {
  /** OpenAI chat completions. */
  chat: { path: () => '/v1/chat/completions', body: withUsage, wire: sse, decoder: () => new ChatDecoder() },
  /** OpenAI text completions, with the same chunks. */
  completions: { path: () => '/v1/completions', body: withUsage, wire: sse, decoder: () => new ChatDecoder() },
  /** OpenAI Responses. */
  responses: { path: () => '/v1/responses', body: streaming, wire: sse, decoder: () => new ResponsesDecoder() },
  /** Anthropic Messages. */
  messages: { path: () => '/v1/messages', body: streaming, wire: sse, decoder: () => new MessagesDecoder() },
  /** Anthropic text completion. */
  complete: { path: () => '/v1/complete', body: streaming, wire: sse, decoder: () => new CompleteDecoder() },
  /** Bedrock Converse. The body has the model as `modelId`, as in the AWS SDKs. */
  converse: {
    path: ({ modelId }) => `/model/${encodeURIComponent(lenientText(modelId))}/converse-stream`,
    body: ({ modelId: _, ...body }) => body,
    wire: awsMessages,
    decoder: (context) => new ConverseDecoder(context),
  },
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof dialects;
