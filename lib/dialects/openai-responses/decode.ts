import { batchOf } from '../../stream/batch.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { FinishReason, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame, Frames } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import type { DecodeContext } from '../dialect.ts';
import { lenientObject, lenientObjects, lenientText } from '../lenient-fields.ts';
import { frameFailure, isFailure, payloadFailure } from '../openai/failure.ts';
import { unknownFields } from '../passthrough.ts';
import { strictObject, strictText } from '../strict-fields.ts';
import { incompleteReason } from './finish-reason.ts';
import { Items } from './items.ts';
import { responseMembers, terminalMembers } from './known-members.ts';
import { usageOf } from './usage.ts';
import { hasBlocks } from './wire.ts';

/** Events that only report progress. */
const envelope = new Set(['response.created', 'response.queued', 'response.in_progress']);
const terminals = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);
const failures = new Set(['failed', 'cancelled']);

/** The prefixes of this dialect's own events. Events with other names (`keepalive`) are not part of the answer. */
const ownEvent = /^response\.[\w.]+$/;
/** Item events, recognized even if a proxy leaves out their item. */
const itemEvent = /^response\.(output_item|content_part|output_text|refusal|reasoning_\w+|function_call_arguments)\./;

/**
 * Events from a Responses stream. The `type` in the payload identifies a frame, because OpenRouter sends no `event:`.
 *
 * A `response.completed` or `response.incomplete` is required for the finish, and nothing after it is read. An
 * `error` (nested as OpenAI sends it, or flat as it documents it) and `response.failed` are the provider's failure.
 * `[DONE]`, which some providers send, doesn't end an answer.
 */
export async function* decode(frames: Frames, context: DecodeContext): AsyncGenerator<StreamEvent[]> {
  const items = new Items(context.id, context.passthrough);
  let started = false;
  let end = 'empty' as keyof typeof endings;
  let finished = false;

  function* read(batch: readonly Frame[]): Generator<StreamEvent> {
    for (const frame of batch) {
      if (frame.data === '' && !frame.failure) continue;
      if (frame.data.startsWith('[DONE]')) {
        end = 'done';
        return;
      }
      end = 'cut';
      if (frame.failure) throw frameFailure(frame);
      const payload = parseFrame(frame);
      const type = strictText(payload, 'type') || (frame.event ?? '');
      if (type === 'error' || isFailure(payload)) throw payloadFailure(payload);
      if (!ownEvent.test(type)) continue;

      const response = strictObject(payload, 'response');
      if (!started) {
        started = true;
        yield startOf(response ?? {}, context);
      }
      if (envelope.has(type)) continue;
      if (terminals.has(type)) {
        const failure = endFailure(type, response ?? {});
        if (failure) throw failure;
        // Some proxies send nothing but the whole answer.
        const remainingItems = items.begun ? [] : lenientObjects(response?.output);
        for (const [index, item] of remainingItems.entries()) {
          yield* items.done(index, item, { type: 'response.output_item.done', item });
        }
        yield* items.end();
        yield finishOf(type, payload, response ?? {}, items, context.passthrough);
        finished = true;
        return;
      }
      if (typeof payload.output_index === 'number' || itemEvent.test(type)) {
        yield* items.read(type, payload);
      } else if (context.passthrough) yield { type: 'extra', passthrough: { frame: payload } };
    }
  }

  for await (const batch of frames) {
    for (const events of batchOf(read(batch))) yield events;
    if (finished) return;
    if (end === 'done') break;
  }
  throw endings[end]();
}

function startOf(response: JsonObject, { id, model, passthrough }: DecodeContext): StreamEvent {
  const more = passthrough ? unknownFields(response, responseMembers) : undefined;
  return {
    type: 'start',
    id: strictText(response, 'id') || id,
    model: strictText(response, 'model') || model,
    ...(more && { passthrough: { response: more } }),
  };
}

/** The failure in the last event of a response. */
function endFailure(type: string, response: JsonObject): SluiceError | undefined {
  const failed = failures.has(type.slice('response.'.length)) || failures.has(strictText(response, 'status'));
  return failed ? payloadFailure({ error: strictObject(response, 'error') ?? {} }) : undefined;
}

function finishOf(type: string, payload: JsonObject, response: JsonObject, items: Items, passthrough: boolean): StreamEvent {
  const incomplete = type === 'response.incomplete' || response.status === 'incomplete';
  const incompleteValue = strictText(lenientObject(response.incomplete_details), 'reason') || 'incomplete';
  const whole: FinishReason = items.called ? 'tool-call' : items.refused ? 'refusal' : 'stop';
  const usage = lenientObject(response.usage);
  return {
    type: 'finish',
    reason: incomplete ? incompleteReason(incompleteValue) : whole,
    rawReason: incomplete ? incompleteValue : 'completed',
    usage: usageOf(usage),
    ...(passthrough && { passthrough: endPassthrough(payload, response) }),
  };
}

function endPassthrough(payload: JsonObject, response: JsonObject): JsonObject {
  const frame = unknownFields(payload, terminalMembers);
  const ownWork = lenientObjects(response.output).filter(({ type }) => !hasBlocks(lenientText(type)));
  return {
    response: unknownFields(response, responseMembers) ?? {},
    usage: lenientObject(response.usage),
    ...(frame && { frame }),
    ...(ownWork.length > 0 && { ownWork }),
  };
}

/** The error for an end without a finish. */
const endings = {
  empty: () => new SluiceError('upstream_empty', 'The provider sent an empty stream.'),
  cut: () => new SluiceError('upstream_cut', 'The provider closed the stream before the response was complete.'),
  done: () =>
    new SluiceError('upstream_missing_finish', 'The provider ended the stream without marking the response as complete.'),
};
