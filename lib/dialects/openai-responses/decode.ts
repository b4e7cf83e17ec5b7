import { SluiceError } from '../../stream/errors.ts';
import type { FinishReason, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import { objectAt, textAt } from '../../wire/fields.ts';
import type { Frames } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import type { DecodeContext } from '../dialect.ts';
import { objectIn, objectsIn, textIn } from '../members.ts';
import { unsaid } from '../native.ts';
import { frameFailure, isFailure, payloadFailure } from '../openai/failure.ts';
import { incompleteReason } from './finish-reason.ts';
import { Items } from './items.ts';
import { responseMembers, terminalMembers } from './said-members.ts';
import { usageOf } from './usage.ts';
import { hasBlocks } from './wire.ts';

/** Events that only say that the answer is on its way. */
const envelope = new Set(['response.created', 'response.queued', 'response.in_progress']);
const terminals = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);
const failures = new Set(['failed', 'cancelled']);

/** Names that this dialect's own events have; what is named otherwise (a `keepalive`) is no part of the answer. */
const ownEvent = /^response\.[\w.]+$/;
/** Events that are about an item, even where a proxy leaves out which. */
const itemEvent = /^response\.(output_item|content_part|output_text|refusal|reasoning_\w+|function_call_arguments)\./;

/**
 * Events from the stream of a response. What a frame is, its payload's `type` says, because OpenRouter sends no `event:`.
 *
 * The finish is earned by `response.completed` or `response.incomplete`, and nothing after it is read. An `error`,
 * nested as OpenAI sends it or flat as it documents it, and `response.failed` are the provider's failure. `[DONE]`,
 * which some send, is no end of an answer.
 */
export async function* decode(frames: Frames, context: DecodeContext): AsyncGenerator<StreamEvent> {
  const items = new Items(context.id, context.native);
  let started = false;
  let end: keyof typeof endings = 'empty';

  for await (const frame of frames) {
    if (frame.data === '' && !frame.failure) continue;
    if (frame.data.startsWith('[DONE]')) {
      end = 'done';
      break;
    }
    end = 'cut';
    if (frame.failure) throw frameFailure(frame);
    const payload = parseFrame(frame);
    const type = textAt(payload, 'type') || (frame.event ?? '');
    if (type === 'error' || isFailure(payload)) throw payloadFailure(payload);
    if (!ownEvent.test(type)) continue;

    const response = objectAt(payload, 'response');
    if (!started) {
      started = true;
      yield startOf(response ?? {}, context);
    }
    if (envelope.has(type)) continue;
    if (terminals.has(type)) {
      const failure = endFailure(type, response ?? {});
      if (failure) throw failure;
      // Some proxies send nothing but the whole answer.
      const unread = items.begun ? [] : objectsIn(response?.output);
      for (const [index, item] of unread.entries()) {
        yield* items.done(index, item, { type: 'response.output_item.done', item });
      }
      yield* items.end();
      yield finishOf(type, payload, response ?? {}, items, context.native);
      return;
    }
    if (typeof payload.output_index === 'number' || itemEvent.test(type)) {
      for (const event of items.read(type, payload)) yield event;
    } else if (context.native) yield { type: 'extra', native: { frame: payload } };
  }
  throw endings[end]();
}

function startOf(response: JsonObject, { id, model, native }: DecodeContext): StreamEvent {
  const more = native ? unsaid(response, responseMembers) : undefined;
  return {
    type: 'start',
    id: textAt(response, 'id') || id,
    model: textAt(response, 'model') || model,
    ...(more && { native: { response: more } }),
  };
}

/** The failure that the end of an answer tells of. */
function endFailure(type: string, response: JsonObject): SluiceError | undefined {
  const failed = failures.has(type.slice('response.'.length)) || failures.has(textAt(response, 'status'));
  return failed ? payloadFailure({ error: objectAt(response, 'error') ?? {} }) : undefined;
}

function finishOf(type: string, payload: JsonObject, response: JsonObject, items: Items, native: boolean): StreamEvent {
  const incomplete = type === 'response.incomplete' || response.status === 'incomplete';
  const word = textAt(objectIn(response.incomplete_details), 'reason') || 'incomplete';
  const whole: FinishReason = items.called ? 'tool-call' : items.refused ? 'refusal' : 'stop';
  const usage = objectIn(response.usage);
  return {
    type: 'finish',
    reason: incomplete ? incompleteReason(word) : whole,
    rawReason: incomplete ? word : 'completed',
    usage: usageOf(usage),
    ...(native && { native: endNative(payload, response) }),
  };
}

function endNative(payload: JsonObject, response: JsonObject): JsonObject {
  const frame = unsaid(payload, terminalMembers);
  const ownWork = objectsIn(response.output).filter(({ type }) => !hasBlocks(textIn(type)));
  return {
    response: unsaid(response, responseMembers) ?? {},
    usage: objectIn(response.usage),
    ...(frame && { frame }),
    ...(ownWork.length > 0 && { ownWork }),
  };
}

/** What an end without a finish is. */
const endings = {
  empty: () => new SluiceError('upstream_empty', 'The provider answered with an empty stream.'),
  cut: () => new SluiceError('upstream_cut', 'The provider cut the stream before the answer was finished.'),
  done: () =>
    new SluiceError('upstream_missing_finish', 'The provider ended the stream without saying that its answer is whole.'),
};
