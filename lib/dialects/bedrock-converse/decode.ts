import { batchOf } from '../../stream/batch.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame, Frames } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import { frameFailure } from '../bedrock/failure.ts';
import type { DecodeContext } from '../dialect.ts';
import { lenientText } from '../lenient-fields.ts';
import { lookup } from '../lookup.ts';
import { Content } from './content.ts';
import { unknownFields } from './passthrough.ts';
import { knownUsageFields, usageOf } from './usage.ts';
import { failedReasons, finishReasons } from './wire.ts';

const knownStartFields = { role: true, p: true } as const;
const knownStopFields = { stopReason: true, p: true } as const;
const knownMetadataFields = { usage: knownUsageFields, p: true } as const;

/** Events that are dropped after the model has stopped. */
const partOfAnswer = new Set(['contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop']);

/**
 * Events from the frames of a ConverseStream response.
 *
 * A `messageStop` is required for the finish, which is written at the end of the stream, because the usage follows in
 * `metadata`. If the bytes break between the two, the answer is complete and its usage unknown. A failure that
 * Bedrock reports there is a failure. Bedrock sends no id and no model.
 *
 * Every payload has `p`, padding of random length that hides the length of the text. It is not part of the answer.
 */
export async function* decode(frames: Frames, context: DecodeContext): AsyncGenerator<StreamEvent[]> {
  const content = new Content(context.id, context.passthrough);
  let started = false;
  let messageStop: JsonObject | undefined;
  let metadata: JsonObject | undefined;

  function* read(batch: readonly Frame[]): Generator<StreamEvent> {
    for (const frame of batch) {
      if (frame.failure) throw frameFailure(frame);
      const payload = parseFrame(frame);
      if (!started) {
        started = true;
        const passthrough =
          context.passthrough && frame.event === 'messageStart' ? unknownFields(payload, knownStartFields) : undefined;
        yield { type: 'start', id: context.id, model: context.model, ...(passthrough && { passthrough }) };
      }
      if (messageStop && partOfAnswer.has(frame.event ?? '')) continue;
      switch (frame.event) {
        case 'messageStart':
          break;
        case 'contentBlockStart':
          yield* content.start(payload);
          break;
        case 'contentBlockDelta':
          yield* content.delta(payload);
          break;
        case 'contentBlockStop':
          yield* content.stop(payload);
          break;
        case 'messageStop': {
          const failure = lookup(failedReasons, lenientText(payload.stopReason));
          if (failure !== undefined) throw new SluiceError('upstream_protocol_error', failure);
          messageStop = payload;
          yield* content.end();
          break;
        }
        case 'metadata':
          metadata = payload;
          break;
        default:
          if (context.passthrough)
            yield {
              type: 'extra',
              passthrough: { event: frame.event ?? '', payload: unknownFields(payload, { p: true }) ?? {} },
            };
      }
    }
  }

  for await (const batch of untilStopped(frames, () => messageStop !== undefined))
    for (const events of batchOf(read(batch))) yield events;

  if (!started) throw new SluiceError('upstream_empty', 'The provider ended the response before it sent any content.');
  if (!messageStop) throw new SluiceError('upstream_cut', 'The provider closed the stream before the response was complete.');
  const rawReason = lenientText(messageStop.stopReason);
  const passthrough = context.passthrough ? finishPassthrough(messageStop, metadata) : undefined;
  yield [
    {
      type: 'finish',
      reason: lookup(finishReasons, rawReason) ?? 'other',
      rawReason,
      usage: usageOf(metadata?.usage),
      ...(passthrough && { passthrough }),
    },
  ];
}

/** The frames; a break of the bytes after the provider's own stop is their end. */
async function* untilStopped(frames: Frames, stopped: () => boolean): Frames & AsyncGenerator<readonly Frame[]> {
  try {
    yield* frames;
  } catch (error) {
    if (!stopped()) throw error;
  }
}

function finishPassthrough(messageStop: JsonObject, metadata: JsonObject | undefined): JsonObject | undefined {
  const inStop = unknownFields(messageStop, knownStopFields);
  const inMetadata = metadata && unknownFields(metadata, knownMetadataFields);
  if (!inStop && !inMetadata) return undefined;
  return { ...(inStop && { messageStop: inStop }), ...(inMetadata && { metadata: inMetadata }) };
}
