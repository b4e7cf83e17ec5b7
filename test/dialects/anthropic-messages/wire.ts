import { decode } from '../../../lib/dialects/anthropic-messages/decode.ts';
import { encoder } from '../../../lib/dialects/anthropic-messages/encode.ts';
import type { EncodeOptions } from '../../../lib/dialects/dialect.ts';
import { toSluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame, Frames } from '../../../lib/wire/frame.ts';
import { writeSse } from '../../../lib/wire/sse.ts';
import { flattened } from '../../support/batches.ts';

export const options: EncodeOptions = {
  request: {
    dialect: 'anthropic-messages',
    body: {},
    model: 'asked',
    stream: true,
    messages: [],
    parameters: {},
    spelling: {},
    unknown: [],
    showUsage: true,
  },
  requestId: 'req_1',
  id: 'msg_ours',
  model: 'ours',
  created: 1_700_000_000,
};

/** Payloads as frames, without event names; then, if given, the connection is lost with this error. */
export async function* framesOf(payloads: readonly JsonObject[], lost?: Error): AsyncGenerator<Frame[]> {
  for (const payload of payloads) yield [{ data: JSON.stringify(payload) }];
  if (lost) throw lost;
}

/** The events of these frames; a failure is the last of them. */
export async function eventsOf(frames: Frames, passthrough = false): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  try {
    const context = { id: 'fallback', model: 'fallback-model', passthrough };
    for await (const event of flattened(decode(frames, context))) events.push(event);
  } catch (thrown) {
    events.push({ type: 'error', error: toSluiceError(thrown) });
  }
  return events;
}

/** What a client is sent for these events. */
export function framesFor(events: readonly StreamEvent[], given: EncodeOptions = options): Frame[] {
  const stream = encoder(given);
  return events.flatMap((event) => [...stream.write(event)]);
}

export function payloadsFor(events: readonly StreamEvent[]): JsonObject[] {
  return framesFor(events).map(({ data }) => JSON.parse(data));
}

export function bytesFor(events: readonly StreamEvent[]): Uint8Array {
  return Buffer.from(framesFor(events).map(writeSse).join(''));
}

/* The frames that most streams are made of. */

export const messageStart = (usage: JsonObject = { input_tokens: 9, output_tokens: 1 }): JsonObject => ({
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  },
});
export const blockStart = (index: number, content_block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index,
  content_block,
});
export const blockDelta = (index: number, delta: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta });
export const blockStop = (index: number): JsonObject => ({ type: 'content_block_stop', index });
export const messageDelta = (stop_reason: string, usage: JsonObject = { output_tokens: 16 }): JsonObject => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage,
});
export const messageStop: JsonObject = { type: 'message_stop' };

export const text = (index: number, ...parts: string[]): JsonObject[] => [
  blockStart(index, { type: 'text', text: '' }),
  ...parts.map((part) => blockDelta(index, { type: 'text_delta', text: part })),
  blockStop(index),
];
