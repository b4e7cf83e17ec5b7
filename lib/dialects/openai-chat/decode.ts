import { batchOf } from '../../stream/batch.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { StreamEvent, Usage } from '../../stream/events.ts';
import { isObject, type JsonObject } from '../../stream/json.ts';
import type { Frame, Frames } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import type { DecodeContext } from '../dialect.ts';
import { frameFailure, isFailure, payloadFailure } from '../openai/failure.ts';
import { chunkMembers, otherChoice, unknownFields } from '../openai/passthrough.ts';
import { usageIn, usageOf } from '../openai/usage.ts';
import { strictIndex, strictObject, strictObjects, strictText } from '../strict-fields.ts';
import { Choice } from './choice.ts';
import type { OpenaiChatQuirks } from './quirks.ts';

/**
 * Events from a stream of chunks, as sent by OpenAI and compatible providers.
 *
 * A choice finishes once, with its first finish_reason. The finish of the answer waits for as many choices as the client
 * requested, for all seen choices and for what may follow (usage in its own chunk, then OpenAI's moderation). It is
 * written at `[DONE]`, at the end, or when the connection is lost with nothing missing. `[DONE]` without a finish_reason
 * is an error, unless the provider
 * never sends one.
 *
 * `deltaOf` finds the delta of a choice, because text completions have it in another place of the same chunks.
 */
export async function* decode(
  frames: Frames,
  context: DecodeContext,
  { finishOptional, thinkingTags }: OpenaiChatQuirks = {},
  deltaOf: (choice: JsonObject) => JsonObject = (choice) => strictObject(choice, 'delta') ?? {},
): AsyncGenerator<StreamEvent[]> {
  const choices = new Map<number, Choice>();
  const { choices: asked = 1 } = context;
  const isFinished = () => choices.size >= asked && [...choices.values()].every((choice) => choice.finish);
  let usage: JsonObject | undefined;
  let pendingChunkFields: JsonObject | undefined;
  let end = 'empty' as keyof typeof endings;
  let reading = true;

  function* read(batch: readonly Frame[]): Generator<StreamEvent> {
    for (const frame of batch) {
      if (frame.data === '' && !frame.failure) continue;
      if (frame.data.startsWith('[DONE]')) {
        end = 'done';
        return;
      }
      end = 'cut';
      const chunk = frame.failure ? {} : unwrapped(parseFrame(frame));
      reading = false;
      if (frame.failure || (frame.event === 'error' && !isFailure(chunk))) throw frameFailure(frame);
      if (isFailure(chunk)) throw payloadFailure(chunk);

      usage = usageIn(chunk) ?? usage;
      if (context.passthrough) pendingChunkFields = joined(pendingChunkFields, unknownChunkFields(chunk));
      for (const wire of strictObjects(chunk, 'choices')) {
        const index = strictIndex(wire, 'index', maxChoice) ?? 0;
        // A client that asked for one choice, in a dialect that has no more, is not shown others.
        if (index > 0 && asked === 1 && !context.passthrough) continue;
        if (choices.size === 0) {
          const passthrough = pendingChunkFields && { passthrough: { chunk: pendingChunkFields } };
          pendingChunkFields = undefined;
          yield {
            type: 'start',
            id: strictText(chunk, 'id') || context.id,
            model: strictText(chunk, 'model') || context.model,
            ...passthrough,
          };
        }
        let choice = choices.get(index);
        if (!choice) {
          choice = new Choice(index === 0 ? context.id : `${context.id}_${index}`, context.passthrough, thinkingTags);
          choices.set(index, choice);
        }
        if (choice.finish) continue;
        choice.keepOfChunk(pendingChunkFields);
        pendingChunkFields = undefined;
        const events = choice.read(wire, deltaOf(wire));
        yield* index === 0 ? events : wrapped(index, choice, events);
      }
      reading = true;
    }
  }

  try {
    for await (const batch of frames) {
      for (const events of batchOf(read(batch))) yield events;
      if (end === 'done') break;
    }
  } catch (thrown) {
    if (!reading || !isFinished()) throw thrown;
  }

  const first = choices.get(0);
  if (first && finishOptional && end === 'done' && !first.finish) yield [...first.end('')];
  if (!first?.finish || !isFinished()) throw endings[end]();
  first.keepOfChunk(pendingChunkFields);
  const passthrough = { ...first.takePassthrough().passthrough, ...(context.passthrough && usage ? { usage } : {}) };
  yield [
    {
      type: 'finish',
      ...first.finish,
      usage: usage ? usageOf(usage) : ({} satisfies Usage),
      ...(Object.keys(passthrough).length > 0 && { passthrough }),
    },
  ];
}

/** OpenAI lets a client request at most 128 choices. Each one takes memory. */
const maxChoice = 127;

/** The events of another choice than the first, wrapped, including its own finish. */
function* wrapped(index: number, choice: Choice, events: Iterable<StreamEvent>): Generator<StreamEvent> {
  for (const event of events) yield otherChoice(index, event);
  if (choice.finish) yield otherChoice(index, { type: 'finish', ...choice.finish, usage: {}, ...choice.takePassthrough() });
}

/** The error for an end without a finish. */
const endings = {
  empty: () => new SluiceError('upstream_empty', 'The provider sent an empty stream.'),
  cut: () => new SluiceError('upstream_cut', 'The provider closed the stream before the response was complete.'),
  done: () =>
    new SluiceError(
      'upstream_missing_finish',
      'The provider ended the stream without a finish reason, so the response may be incomplete.',
    ),
};

/** Prediction Guard's clients wrap chunks in `data`, and some proxies send them like that. */
function unwrapped(chunk: JsonObject): JsonObject {
  return isObject(chunk.data) && Object.keys(chunk).length === 1 ? chunk.data : chunk;
}

/** Groq's `x_groq` without its copy of the usage, which is only shown where the client requested it. */
function unknownChunkFields(chunk: JsonObject): JsonObject | undefined {
  const rest = unknownFields(chunk, chunkMembers);
  if (!isObject(chunk.x_groq)) return rest;
  const { usage: _, ...own } = chunk.x_groq;
  return { ...rest, x_groq: own };
}

/** `first` grows in place, because copies would take quadratic time. */
function joined(first: JsonObject | undefined, second: JsonObject | undefined): JsonObject | undefined {
  return first && second ? Object.assign(first, second) : (second ?? first);
}
