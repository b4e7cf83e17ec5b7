import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { listOf, objectOf } from '../truth/truth.ts';
import type { CheckOptions } from './check-options.ts';
import { type Rule, unless } from './rule.ts';
import { readStream, type SseStream, sseRules } from './sse-stream.ts';

/** A stream of chunks in OpenAI's manner: chat or text completions. */
export interface ChunkStream extends SseStream {
  readonly showUsage: NonNullable<CheckOptions['showUsage']>;
  /** The number of choices that the client requested. */
  readonly asked: number;
  /** Every event that is a JSON object and no error. */
  readonly chunks: readonly Chunk[];
  /** Positions of the error events. */
  readonly errors: readonly number[];
}

export interface Chunk {
  /** Its position among all events. */
  readonly at: number;
  readonly payload: JsonObject;
  readonly choices: readonly JsonObject[];
}

export function readChunks(bytes: Uint8Array, { showUsage = false, choices = 1 }: CheckOptions): ChunkStream {
  const stream = readStream(bytes);
  const chunks: Chunk[] = [];
  const errors: number[] = [];
  stream.events.forEach(({ payload, isObject }, at) => {
    if (isPresent(payload.error)) errors.push(at);
    else if (isObject) chunks.push({ at, payload, choices: listOf(payload.choices) });
  });
  return { ...stream, showUsage, asked: choices, chunks, errors };
}

/** The chunks of each choice, by its index. */
export function byChoice({ chunks }: ChunkStream): Map<Json | undefined, { at: number; choice: JsonObject }[]> {
  const choices = new Map<Json | undefined, { at: number; choice: JsonObject }[]>();
  for (const { at, choices: inChunk } of chunks) {
    for (const choice of inChunk) choices.set(choice.index, [...(choices.get(choice.index) ?? []), { at, choice }]);
  }
  return choices;
}

export function isPresent(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

/** Does this choice say nothing at all: what opens a stream early, and what fills silence? */
export function isEmptyChoice({ delta, text, finish_reason }: JsonObject): boolean {
  return Object.keys(objectOf(delta)).length === 0 && !text && !isPresent(finish_reason);
}

/** What holds for every stream in OpenAI's manner. `object` is what a chunk calls itself. */
export function chunkRules(object: string): readonly Rule<ChunkStream>[] {
  return [
    ...sseRules,
    {
      id: 'data-lines',
      says: 'Only lines of `data: `, and `event: error` before an error: no comments, no other event, id or retry.',
      broken: ({ text }) =>
        text
          .split('\n')
          .flatMap((line) =>
            unless(
              line === '' || line === 'event: error' || /^data: \S/.test(line),
              `the line ${JSON.stringify(line.slice(0, 40))}`,
            ),
          ),
    },
    {
      id: 'error-named',
      says: 'In OpenAI’s form an error has the line `event: error` before it. Nothing else has it, nor an error in Prediction Guard’s.',
      broken: ({ events, errors, showUsage }) =>
        events.flatMap(({ lines, event }, at) => {
          const named = showUsage !== 'finish chunk' && errors.includes(at);
          return unless(named ? lines[0] === 'event: error' : event !== 'error', `event ${at} is named ${event}`);
        }),
    },
    {
      id: 'done-escaped',
      says: '`[DONE]` stands nowhere inside a line; in JSON it is written `\\u005bDONE]`.',
      broken: ({ events }) =>
        events.flatMap(({ data }, at) => unless(data === '[DONE]' || !data.includes('[DONE]'), `inside event ${at}`)),
    },
    {
      id: 'done-last',
      says: 'One `[DONE]`, the last event.',
      broken: ({ events }) => [
        ...unless(events.at(-1)?.data === '[DONE]', 'the last event is not [DONE]'),
        ...unless(events.filter(({ data }) => data === '[DONE]').length < 2, 'more than one [DONE]'),
      ],
    },
    {
      id: 'chunk-fields',
      says: `A chunk has id and model, created as an integer, choices as a list, and object ${object}.`,
      broken: ({ chunks }) =>
        chunks.flatMap(({ at, payload }) => [
          ...unless(typeof payload.id === 'string' && payload.id !== '', `event ${at} has no id`),
          ...unless(typeof payload.model === 'string' && payload.model !== '', `event ${at} has no model`),
          ...unless(Number.isInteger(payload.created), `event ${at} has created ${payload.created}`),
          ...unless(payload.object === object, `event ${at} is a ${payload.object}`),
          ...unless(Array.isArray(payload.choices), `event ${at} has no choices`),
        ]),
    },
    {
      id: 'constant',
      says: 'Id, model and created are the same from the first chunk that says something on.',
      broken: ({ chunks }) => {
        const first = chunks.findIndex(({ choices }) => choices.some((choice) => !isEmptyChoice(choice)));
        return ['id', 'model', 'created'].flatMap((name) => {
          const values = new Set(
            chunks
              .slice(Math.max(first, 0))
              .map(({ payload }) => payload[name])
              .filter(isPresent),
          );
          return unless(first < 0 || values.size < 2, `${name} is ${[...values].join(' and ')}`);
        });
      },
    },
    {
      id: 'finish-once',
      says: 'Each choice finishes once; not at all where the stream ends in an error.',
      broken: (stream) => {
        const choices = byChoice(stream);
        const failed = stream.errors.length > 0;
        return [
          ...unless(failed || choices.size > 0, 'nothing finishes'),
          ...[...choices].flatMap(([index, inChoice]) => {
            const finishes = inChoice.filter(({ choice }) => isPresent(choice.finish_reason)).length;
            return unless(finishes === 1 || (failed && finishes === 0), `choice ${index} finishes ${finishes} times`);
          }),
        ];
      },
    },
    {
      id: 'after-finish',
      says: 'After its finish a choice says no more.',
      broken: (stream) =>
        [...byChoice(stream)].flatMap(([index, inChoice]) => {
          const finish = inChoice.findIndex(({ choice }) => isPresent(choice.finish_reason));
          const after = finish < 0 ? [] : inChoice.slice(finish + 1).filter(({ choice }) => !isPresent(choice.finish_reason));
          return after.map(({ at }) => `event ${at} is of choice ${index}, which has finished`);
        }),
    },
    {
      id: 'one-terminal',
      says: 'A stream that has finished has no error.',
      broken: (stream) => {
        const choices = [...byChoice(stream).values()];
        const finished =
          choices.length >= stream.asked &&
          choices.every((inChoice) => inChoice.some(({ choice }) => isPresent(choice.finish_reason)));
        return unless(!(finished && stream.errors.length > 0), 'an error after the finish');
      },
    },
    {
      id: 'error-last',
      says: 'One error event, and nothing after it but `[DONE]`.',
      broken: ({ events, errors }) => {
        const [first] = errors;
        if (first === undefined) return [];
        return events
          .slice(first + 1)
          .flatMap(({ data }, after) => unless(data === '[DONE]', `event ${first + 1 + after} follows an error`));
      },
    },
    {
      id: 'error-form',
      says: 'An error is an object of message, type, param and code, without choices beside it.',
      broken: ({ events, errors }) =>
        errors.flatMap((at) => {
          const payload = objectOf(events[at]?.payload);
          const { message, type, param, code } = objectOf(payload.error);
          const isText = (value: Json | undefined) => typeof value === 'string' && value !== '';
          return [
            ...unless(payload.choices === undefined, `event ${at} has choices beside its error`),
            ...unless(isText(message) && isText(type), `event ${at} has no message or no type`),
            ...unless(
              [param, code].every((value) => value === null || isText(value)),
              `event ${at} has no param or no code`,
            ),
          ];
        }),
    },
    {
      id: 'no-empty-choices',
      says: 'No chunk without choices, but the one that shows usage to a caller who asked.',
      broken: ({ chunks, showUsage }) =>
        chunks.flatMap(({ at, payload, choices }) => {
          const empty = Array.isArray(payload.choices) && choices.length === 0;
          return unless(!empty || (showUsage === true && isPresent(payload.usage)), `event ${at} has no choices`);
        }),
    },
    {
      id: 'usage-chunk',
      says: 'A caller who asked for usage gets it once, in the last chunk, which has no choices.',
      broken: ({ chunks, errors, showUsage, events }) => {
        if (showUsage !== true || errors.length > 0) return [];
        const withUsage = chunks.filter(({ payload }) => isPresent(payload.usage));
        const last = withUsage.at(-1);
        const rest = events.slice((last?.at ?? 0) + 1).filter(({ data }) => data !== '[DONE]');
        return [
          ...unless(withUsage.length === 1, `usage is shown ${withUsage.length} times`),
          ...unless(!last || last.choices.length === 0, 'usage is shown beside choices'),
          ...unless(!last || rest.length === 0, 'usage is not last'),
        ];
      },
    },
    {
      id: 'usage-in-finish',
      says: 'In Prediction Guard’s form usage is shown once, in the chunk that finishes.',
      broken: ({ chunks, errors, showUsage }) => {
        if (showUsage !== 'finish chunk' || errors.length > 0) return [];
        const withUsage = chunks.filter(({ payload }) => isPresent(payload.usage));
        return [
          ...unless(withUsage.length === 1, `usage is shown ${withUsage.length} times`),
          ...withUsage.flatMap(({ at, choices }) => unless(isPresent(choices[0]?.finish_reason), `event ${at} finishes nothing`)),
        ];
      },
    },
    {
      id: 'usage-hidden',
      says: 'A caller who did not ask for usage is not shown it.',
      broken: ({ chunks, showUsage }) =>
        chunks.flatMap(({ at, payload }) => unless(showUsage !== false || !isPresent(payload.usage), `event ${at} shows usage`)),
    },
    {
      id: 'no-null',
      says: 'Never `content: null`, `text: null` or `logprobs: null`.',
      broken: ({ chunks }) =>
        chunks.flatMap(({ at, choices }) =>
          choices.flatMap((choice) => [
            ...unless(objectOf(choice.delta).content !== null, `event ${at} has content: null`),
            ...unless(choice.text !== null, `event ${at} has text: null`),
            ...unless(choice.logprobs !== null, `event ${at} has logprobs: null`),
          ]),
        ),
    },
  ];
}
