import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { objectOf } from '../truth/truth.ts';
import { type Rule, unless } from './rule.ts';
import { readStream, type SseStream, splittingRules, sseRules } from './sse-stream.ts';

/** A stream of Anthropic's text completions. */
export interface CompletionStream extends SseStream {
  readonly steps: readonly { readonly at: number; readonly type: Json | undefined; readonly payload: JsonObject }[];
}

export function readCompletions(bytes: Uint8Array): CompletionStream {
  const stream = readStream(bytes);
  const steps = stream.events.flatMap(({ payload, isObject }, at) => (isObject ? [{ at, type: payload.type, payload }] : []));
  return { ...stream, steps };
}

/** The byte contract of `/v1/complete`. */
export const anthropicCompleteRules: readonly Rule<CompletionStream>[] = [
  ...sseRules,
  ...splittingRules(({ completion }) => (typeof completion === 'string' ? [completion] : [])),
  {
    id: 'event-line',
    says: 'Each event is an event line and a data line, and the event is the type in its data: the client goes by the event.',
    broken: ({ events, text }) => [
      ...text
        .split('\n')
        .flatMap((line) =>
          unless(line === '' || /^(event|data): \S/.test(line), `the line ${JSON.stringify(line.slice(0, 40))}`),
        ),
      ...events.flatMap(({ event, payload, isObject }, at) =>
        unless(!isObject || (event !== undefined && event === payload.type), `event ${at} is named ${event}`),
      ),
    ],
  },
  {
    id: 'known-types',
    says: 'Only completions, pings and an error.',
    broken: ({ steps }) =>
      steps.flatMap(({ at, type }) =>
        unless(type === 'completion' || type === 'ping' || type === 'error', `event ${at} is a ${type}`),
      ),
  },
  {
    id: 'completion-form',
    says: 'A completion has id, model and text, and says by stop_reason and stop, also when they are null, whether it ends.',
    broken: ({ steps }) =>
      completions(steps).flatMap(({ at, payload: { id, log_id, model, completion, stop_reason, stop } }) => [
        ...unless(
          [id, log_id, model].every((text) => typeof text === 'string' && text !== ''),
          `event ${at} has no id or no model`,
        ),
        ...unless(typeof completion === 'string', `event ${at} has no text`),
        ...unless(
          stop_reason === null || (typeof stop_reason === 'string' && stop_reason !== ''),
          `event ${at} has no stop_reason`,
        ),
        ...unless(stop === null || typeof stop === 'string', `event ${at} has no stop`),
      ]),
  },
  {
    id: 'constant',
    says: 'Id and model are the same in all completions.',
    broken: ({ steps }) =>
      ['id', 'model'].flatMap((name) => {
        const values = new Set(completions(steps).map(({ payload }) => payload[name]));
        return unless(values.size < 2, `${name} is ${[...values].join(' and ')}`);
      }),
  },
  {
    id: 'stop-alone',
    says: 'The completion that ends the text has none of its own, and no other has a stop.',
    broken: ({ steps }) =>
      completions(steps).flatMap(({ at, payload: { completion, stop_reason, stop } }) =>
        stop_reason === null
          ? unless(stop === null, `event ${at} has a stop and goes on`)
          : unless(completion === '', `event ${at} ends and says something`),
      ),
  },
  {
    id: 'one-terminal',
    says: 'The last event is the only completion with a stop_reason or the only error.',
    broken: ({ steps }) => {
      const terminals = steps.filter(({ type, payload }) => type === 'error' || typeof payload.stop_reason === 'string');
      return [
        ...unless(terminals.length === 1, `${terminals.length} terminals`),
        ...unless(terminals.length === 0 || terminals.at(-1) === steps.at(-1), `event ${terminals.at(-1)?.at} is not the last`),
      ];
    },
  },
  {
    id: 'error-form',
    says: 'An error has type and message, and the id of the request.',
    broken: ({ steps }) =>
      steps.flatMap(({ at, type, payload }) => {
        const { type: word, message } = objectOf(payload.error);
        const whole = [word, message, payload.request_id].every((text) => typeof text === 'string' && text !== '');
        return unless(type !== 'error' || whole, `event ${at} is ${JSON.stringify(payload)}`);
      }),
  },
];

function completions(steps: CompletionStream['steps']): CompletionStream['steps'] {
  return steps.filter(({ type }) => type === 'completion');
}
