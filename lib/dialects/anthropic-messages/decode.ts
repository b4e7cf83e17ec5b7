import { batchOf } from '../../stream/batch.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { StreamEvent } from '../../stream/events.ts';
import type { Json, JsonObject } from '../../stream/json.ts';
import type { Frame, Frames } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import type { DecodeContext } from '../dialect.ts';
import { unknownFields, withPassthrough } from '../passthrough.ts';
import { strictObject, strictObjects, strictText } from '../strict-fields.ts';
import { Content } from './content.ts';
import { eventFailure, frameFailure, type Statuses } from './failure.ts';
import { finishReason } from './stop-reason.ts';
import { uncounted, usageOf, type WireCounts, wireCounts } from './usage.ts';

/** The first event of a proxy that leaves out `message_start`. */
const impliesStart = new Set(['content_block_start', 'content_block_delta', 'message_delta']);
const startMembers = new Set(['type', 'message']);
const messageMembers = new Set(['id', 'type', 'role', 'model', 'content', 'stop_reason', 'usage']);
const deltaMembers = new Set(['type', 'delta', 'usage']);
const stopMembers = new Set(['type']);

/**
 * Events from the frames of a Messages stream, from SSE or from Bedrock's invoke chunks. The `type` in the payload
 * identifies a frame, because proxies leave out `event:` and Bedrock has none.
 *
 * A stop_reason is required for the finish, which is written at `message_stop`. If the bytes end or break between the
 * two, the answer is still complete. Pings and unknown events are not part of the answer.
 */
export async function* decode(frames: Frames, context: DecodeContext, statuses: Statuses = {}): AsyncGenerator<StreamEvent[]> {
  const content = new Content(context.id, context.passthrough);
  let startedId: string | undefined;
  let counts: WireCounts = {};
  let stop = '';
  /** The model has stopped. Later frames are not part of its answer. */
  let stopped = false;
  let finishPassthrough: JsonObject = {};
  let finished = false;

  function* read(batch: readonly Frame[]): Generator<StreamEvent> {
    for (const frame of batch) {
      if (frame.failure) throw frameFailure(frame, statuses);
      // An event without data has no content.
      if (frame.data === '') continue;
      const payload = parseFrame(frame);
      if (startedId === undefined && impliesStart.has(strictText(payload, 'type'))) {
        startedId = context.id;
        yield { type: 'start', id: context.id, model: context.model };
      }
      switch (payload.type) {
        case 'message_start': {
          const message = lenientObject(payload, 'message');
          const id = strictText(message, 'id') || context.id;
          if (startedId !== undefined) {
            // Some proxies send it twice. Another message, or one in the middle, is a second attempt spliced in.
            if (content.begun || id !== startedId) throw protocolError('started a second message inside the first');
            break;
          }
          startedId = id;
          counts = wireCounts(message.usage);
          const passthrough = context.passthrough ? startPassthrough(payload, message, counts) : undefined;
          yield {
            type: 'start',
            id,
            model: strictText(message, 'model') || context.model,
            ...(Object.keys(counts).length > 0 && { usage: usageOf(counts) }),
            ...(passthrough && { passthrough }),
          };
          // A resumed programmatic tool call arrives complete in its start, with its stop_reason.
          for (const [index, block] of strictObjects(message, 'content').entries()) {
            yield* content.start(index, block);
            yield* content.stop(index);
          }
          stop = strictText(message, 'stop_reason');
          break;
        }
        case 'content_block_start':
          if (stopped) break;
          yield* content.start(indexOf(payload.index), lenientObject(payload, 'content_block'), payload);
          break;
        case 'content_block_delta':
          if (stopped) break;
          yield* content.delta(indexOf(payload.index), lenientObject(payload, 'delta'), payload);
          break;
        case 'content_block_stop':
          yield* content.stop(indexOf(payload.index));
          break;
        case 'message_delta': {
          const delta = lenientObject(payload, 'delta');
          counts = { ...counts, ...wireCounts(payload.usage) };
          stop = strictText(delta, 'stop_reason') || stop;
          stopped = stop !== '';
          if (context.passthrough)
            finishPassthrough = withPassthrough(finishPassthrough, { message_delta: deltaPassthrough(payload, delta, counts) });
          break;
        }
        case 'message_stop': {
          if (stop === '')
            throw new SluiceError('upstream_missing_finish', 'The provider ended the response without a stop reason.');
          const passthrough = context.passthrough ? unknownFields(payload, stopMembers) : undefined;
          if (passthrough) finishPassthrough = { ...finishPassthrough, message_stop: passthrough };
          yield* finish();
          finished = true;
          return;
        }
        case 'ping':
          break;
        default:
          if (payload.type === 'error' || payload.error !== undefined) {
            // The provider withdraws its stop.
            stop = '';
            throw eventFailure(payload, statuses);
          }
          if (context.passthrough && typeof payload.type === 'string' && startedId !== undefined)
            yield { type: 'extra', passthrough: payload };
      }
    }
  }

  try {
    for await (const batch of frames) {
      for (const events of batchOf(read(batch))) yield events;
      if (finished) return;
    }
  } catch (error) {
    if (stop === '') throw error;
  }
  if (startedId === undefined)
    throw new SluiceError('upstream_empty', 'The provider ended the response before it sent any content.');
  if (stop === '') throw new SluiceError('upstream_cut', 'The provider closed the stream before the response was complete.');
  for (const events of batchOf(finish())) yield events;

  function* finish(): Generator<StreamEvent> {
    yield* content.end();
    const passthrough = context.passthrough && { passthrough: finishPassthrough };
    yield { type: 'finish', reason: finishReason(stop), rawReason: stop, usage: usageOf(counts), ...passthrough };
  }
}

function startPassthrough(payload: JsonObject, message: JsonObject, counts: WireCounts): JsonObject | undefined {
  const usage = uncounted(message.usage, counts);
  const inMessage = unknownFields(message, messageMembers);
  const inPayload = unknownFields(payload, startMembers);
  if (!usage && !inMessage && !inPayload) return undefined;
  return { ...inPayload, message: { ...inMessage, ...(usage && { usage }) } };
}

/** The whole delta including its stop_reason. In the same dialect, a value like `pause_turn` passes unchanged. */
function deltaPassthrough(payload: JsonObject, delta: JsonObject, counts: WireCounts): JsonObject {
  const usage = uncounted(payload.usage, counts);
  return { ...unknownFields(payload, deltaMembers), delta, ...(usage && { usage }) };
}

/** The main object of this kind of frame. */
function lenientObject(payload: JsonObject, name: string): JsonObject {
  const object = strictObject(payload, name);
  if (!object) throw protocolError(`sent an event without its \`${name}\``);
  return object;
}

function indexOf(index: Json | undefined): number {
  if (typeof index !== 'number') throw protocolError('sent a content block without an index');
  return index;
}

function protocolError(what: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider ${what}.`);
}
