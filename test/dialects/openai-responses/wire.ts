import type { EncodeOptions } from '../../../lib/dialects/dialect.ts';
import { openaiResponses } from '../../../lib/dialects/openai-responses/client.ts';
import { openaiResponsesUpstream } from '../../../lib/dialects/openai-responses/upstream.ts';
import { toSluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame, Frames } from '../../../lib/wire/frame.ts';
import { flattened } from '../../support/batches.ts';

export const options: EncodeOptions = {
  request: openaiResponses.parse({ model: 'asked', input: 'hi' }),
  requestId: 'req_1',
  id: 'resp_ours',
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
    for await (const event of flattened(openaiResponsesUpstream().decode(frames, context))) events.push(event);
  } catch (thrown) {
    events.push({ type: 'error', error: toSluiceError(thrown) });
  }
  return events;
}

/** What a client is sent for these events. */
export function framesFor(events: readonly StreamEvent[], given: EncodeOptions = options): Frame[] {
  const stream = openaiResponses.encoder(given);
  return events.flatMap((event) => [...stream.write(event)]);
}

export function payloadsFor(events: readonly StreamEvent[], given: EncodeOptions = options): JsonObject[] {
  return framesFor(events, given).map(({ data }) => JSON.parse(data));
}

export function bytesFor(events: readonly StreamEvent[]): Uint8Array {
  return Buffer.from(framesFor(events).map(openaiResponses.write).join(''));
}
