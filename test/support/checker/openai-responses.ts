import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { listOf, objectOf, parsed, textOf } from '../truth/truth.ts';
import { type Rule, unless } from './rule.ts';
import { readStream, type SseStream, splittingRules, sseRules } from './sse-stream.ts';

/** The stream of a response, with the state of its items at each event. */
export interface ResponsesStream extends SseStream {
  readonly steps: readonly Step[];
  readonly items: ReadonlyMap<Json | undefined, Item>;
}

interface Step {
  readonly at: number;
  readonly type: string;
  readonly payload: JsonObject;
  /** The item that it is about, where one had begun when it came; how many had begun. */
  readonly item: Item | undefined;
  readonly begun: number;
  /** The item was done already when this came. */
  readonly late: boolean;
}

/** An item as its events tell of it. */
interface Item {
  readonly at: number;
  readonly index: Json | undefined;
  readonly added: JsonObject;
  readonly parts: Map<string, Part>;
  json: string;
  wholeJson?: Json | undefined;
  done?: JsonObject;
}

interface Part {
  readonly type: string;
  /** As many parts of its kind had begun before. */
  readonly place: number;
  text: string;
  whole?: Json | undefined;
  done?: JsonObject;
}

const terminals = ['response.completed', 'response.incomplete', 'response.failed'];
const lifecycle = ['response.created', 'response.in_progress', ...terminals];

/** The events of what we write ourselves, each with the type of the item and of the part that it is about. */
const partEvents: Readonly<Record<string, { item: string; part: string; step: 'delta' | 'whole' }>> = {
  'response.output_text.delta': { item: 'message', part: 'output_text', step: 'delta' },
  'response.output_text.done': { item: 'message', part: 'output_text', step: 'whole' },
  'response.output_text.annotation.added': { item: 'message', part: 'output_text', step: 'delta' },
  'response.refusal.delta': { item: 'message', part: 'refusal', step: 'delta' },
  'response.refusal.done': { item: 'message', part: 'refusal', step: 'whole' },
  'response.reasoning_text.delta': { item: 'reasoning', part: 'reasoning_text', step: 'delta' },
  'response.reasoning_text.done': { item: 'reasoning', part: 'reasoning_text', step: 'whole' },
  'response.reasoning_summary_text.delta': { item: 'reasoning', part: 'summary_text', step: 'delta' },
  'response.reasoning_summary_text.done': { item: 'reasoning', part: 'summary_text', step: 'whole' },
};
const partBegins = ['response.content_part.added', 'response.reasoning_summary_part.added'];
const partEnds = ['response.content_part.done', 'response.reasoning_summary_part.done'];
const callEvents = ['response.function_call_arguments.delta', 'response.function_call_arguments.done'];

/** Types that we write; others are a provider's own and have only to be named in its manner. */
const ownTypes: readonly string[] = [
  ...lifecycle,
  ...Object.keys(partEvents),
  ...partBegins,
  ...partEnds,
  ...callEvents,
  'response.output_item.added',
  'response.output_item.done',
  'error',
];
const ownItems = ['message', 'reasoning', 'function_call'];

export function readResponses(bytes: Uint8Array): ResponsesStream {
  const stream = readStream(bytes);
  const items = new Map<Json | undefined, Item>();
  const steps = stream.events
    .filter(({ isObject }) => isObject)
    .map(({ payload }, at): Step => {
      const type = textOf(payload.type);
      const item = items.get(payload.output_index);
      const step = { at, type, payload, item, begun: items.size, late: item?.done !== undefined };
      if (type === 'response.output_item.added' && !item) {
        const added = objectOf(payload.item);
        items.set(payload.output_index, { at, index: payload.output_index, added, parts: new Map(), json: '' });
      }
      if (item) take(item, type, payload);
      return step;
    });
  return { ...stream, steps, items };
}

function take(item: Item, type: string, payload: JsonObject): void {
  const key = partKey(payload);
  const part = item.parts.get(key);
  if (partBegins.includes(type) && !part) {
    const kind = key.split(' ')[0] ?? '';
    const place = [...item.parts.keys()].filter((known) => known.startsWith(kind)).length;
    item.parts.set(key, { type: textOf(objectOf(payload.part).type), place, text: '' });
  }
  if (part && type.endsWith('.delta')) part.text += textOf(payload.delta);
  if (part && partEvents[type]?.step === 'whole') part.whole = payload.text ?? payload.refusal;
  if (part && partEnds.includes(type)) part.done = objectOf(payload.part);
  if (type === callEvents[0]) item.json += textOf(payload.delta);
  if (type === callEvents[1]) item.wholeJson = payload.arguments;
  if (type === 'response.output_item.done') item.done = objectOf(payload.item);
}

function partKey({ content_index, summary_index }: JsonObject): string {
  return summary_index === undefined ? `content ${content_index}` : `summary ${summary_index}`;
}

/** The byte contract of the Responses API. */
export const openaiResponsesRules: readonly Rule<ResponsesStream>[] = [
  ...sseRules,
  ...splittingRules(({ type, delta }) => (textOf(type).endsWith('.delta') && typeof delta === 'string' ? [delta] : [])),
  {
    id: 'event-line',
    says: 'Each event is an event line and a data line, and the event is the type in its data; beside them only comments.',
    broken: ({ events, text }) => [
      ...text
        .split('\n')
        .flatMap((line) =>
          unless(line === '' || /^(event|data): \S|^: /.test(line), `the line ${JSON.stringify(line.slice(0, 40))}`),
        ),
      ...events.flatMap(({ event, payload, isObject }, at) =>
        unless(
          !isObject || (event !== undefined && event === payload.type),
          `event ${at} is named ${event} and is a ${payload.type}`,
        ),
      ),
    ],
  },
  {
    id: 'no-done',
    says: 'No `[DONE]`.',
    broken: ({ events }) => events.flatMap(({ data }, at) => unless(data !== '[DONE]', `event ${at} is [DONE]`)),
  },
  {
    id: 'known-types',
    says: 'The types that OpenAI documents for what we say, and for the rest names in its manner.',
    broken: ({ steps }) =>
      steps.flatMap(({ at, type }) =>
        unless(ownTypes.includes(type) || /^response\.[\w.]+$/.test(type), `event ${at} is a ${type}`),
      ),
  },
  {
    id: 'sequence',
    says: 'Events are numbered 0, 1, 2.',
    broken: ({ steps }) =>
      steps.flatMap(({ at, payload }) =>
        unless(payload.sequence_number === at, `event ${at} has number ${payload.sequence_number}`),
      ),
  },
  {
    id: 'created-first',
    says: 'response.created is first, and once.',
    broken: ({ steps }) => [
      ...unless(steps.length === 0 || steps[0]?.type === 'response.created', `the stream begins with ${steps[0]?.type}`),
      ...unless(ofType(steps, 'response.created').length < 2, 'more than one response.created'),
    ],
  },
  {
    id: 'progress-early',
    says: 'response.in_progress comes before the first item; later, clients fold it into what they have.',
    broken: ({ steps }) =>
      ofType(steps, 'response.in_progress').flatMap(({ at, begun }) => unless(begun === 0, `event ${at} comes after an item`)),
  },
  {
    id: 'response-form',
    says: 'A response has id, object, created_at, model, output and store: false, and the status of its event.',
    broken: ({ steps }) =>
      steps
        .filter(({ type }) => lifecycle.includes(type))
        .flatMap(({ at, type, payload }) => {
          const { id, object, created_at, status, model, output, store } = objectOf(payload.response);
          const expected = type === 'response.created' ? 'in_progress' : type.slice('response.'.length);
          return [
            ...unless([id, model].every(isText), `event ${at} has no id or no model`),
            ...unless(object === 'response' && Number.isInteger(created_at), `event ${at} has no object or no created_at`),
            ...unless(status === expected, `event ${at} has status ${status}`),
            ...unless(Array.isArray(output) && store === false, `event ${at} has no output, or is stored`),
          ];
        }),
  },
  {
    id: 'constant',
    says: 'The id of the response is the same in all events.',
    broken: ({ steps }) => {
      const ids = new Set(
        steps.filter(({ type }) => lifecycle.includes(type)).map(({ payload }) => objectOf(payload.response).id),
      );
      return unless(ids.size < 2, `the id is ${[...ids].join(' and ')}`);
    },
  },
  {
    id: 'dense-indices',
    says: 'Items are numbered 0, 1, 2 in the order in which they begin, parts of each kind as well.',
    broken: ({ steps, items }) => [
      ...ofType(steps, 'response.output_item.added').flatMap(({ at, payload, begun }) =>
        unless(payload.output_index === begun, `event ${at} begins item ${payload.output_index}`),
      ),
      ...[...items.values()].flatMap(({ index, parts }) =>
        [...parts].flatMap(([key, { place }]) => unless(key.endsWith(` ${place}`), `item ${index} has ${key} in place ${place}`)),
      ),
    ],
  },
  {
    id: 'inside-item',
    says: 'What is said of an item is said between its beginning and its end, by its id.',
    broken: ({ steps }) =>
      steps
        .filter(({ type, payload }) => payload.output_index !== undefined && type !== 'response.output_item.added')
        .flatMap(({ at, payload, item, late }) => [
          ...unless(item !== undefined && !late, `event ${at} is of item ${payload.output_index}, which is not open`),
          ...unless(
            !item || payload.item_id === undefined || payload.item_id === item.added.id,
            `event ${at} is of item ${payload.item_id}`,
          ),
        ]),
  },
  {
    id: 'item-form',
    says: 'A message, reasoning and a call begin empty, with an id of their kind; a call has its id and its name.',
    broken: ({ items }) =>
      [...items.values()].flatMap(({ at, added }) => unless(beginsWell(added), `event ${at} begins ${JSON.stringify(added)}`)),
  },
  {
    id: 'inside-part',
    says: 'Text is said of a part of its kind, which has begun and is not done; arguments of a call.',
    broken: ({ steps }) =>
      steps.flatMap(({ at, type, payload, item }) => {
        const expected = partEvents[type];
        if (callEvents.includes(type)) return unless(item?.added.type === 'function_call', `event ${at} is of no call`);
        if (!expected || !item) return [];
        const part = item.parts.get(partKey(payload));
        return unless(part?.type === expected.part && item.added.type === expected.item, `event ${at} is of no ${expected.part}`);
      }),
  },
  {
    id: 'said-again',
    says: 'What deltas said is said again as a whole: of its part, of its item, of the response.',
    broken: (stream) => [...stream.items.values()].flatMap((item) => [...partsSaidAgain(item), ...callSaidAgain(item)]),
  },
  {
    id: 'item-done',
    says: 'An item that is done has the id, the type and the call that it began with, and a status but for reasoning.',
    broken: ({ items }) =>
      [...items.values()].flatMap(({ index, added, done }) => {
        if (!done) return [];
        const same = ['id', 'type', 'call_id', 'name'].every((name) => added[name] === undefined || added[name] === done[name]);
        const reported = added.type === 'reasoning' || !ownItems.includes(textOf(added.type)) || isText(done.status);
        return unless(same && reported, `item ${index} is done as ${JSON.stringify(done)}`);
      }),
  },
  {
    id: 'one-terminal',
    says: 'The last event is the only terminal; an error comes right before response.failed, and nowhere else.',
    broken: ({ steps }) => {
      const ends = steps.filter(({ type }) => terminals.includes(type));
      const errors = ofType(steps, 'error');
      const failed = ends.at(-1)?.type === 'response.failed';
      return [
        ...unless(ends.length === 1, `${ends.length} terminals`),
        ...unless(ends.length === 0 || ends.at(-1) === steps.at(-1), `event ${ends.at(-1)?.at} is not the last`),
        ...unless(errors.length === (failed ? 1 : 0), `${errors.length} errors`),
        ...unless(
          errors.every(({ at }) => !failed || at === steps.length - 2),
          'the error does not come right before the end',
        ),
      ];
    },
  },
  {
    id: 'error-form',
    says: 'An error is flat and nested at once, and the failed response has the same code and message.',
    broken: ({ steps }) =>
      ofType(steps, 'error').flatMap(({ at, payload }) => {
        const { code, message, param, error } = payload;
        const nested = objectOf(error);
        const next = steps[at + 1];
        const reported = objectOf(objectOf(next?.payload.response).error);
        return [
          ...unless(isText(code) && isText(message) && param !== undefined, `event ${at} is not flat`),
          ...unless(isText(nested.type) && nested.code === code && nested.message === message, `event ${at} is not nested`),
          ...unless(
            next?.type !== 'response.failed' || (reported.code === code && reported.message === message),
            `event ${at} is not what failed`,
          ),
        ];
      }),
  },
  {
    id: 'whole-output',
    says: 'A response that ends shows its usage and every item in place, ours as they were done; one that failed, those that were done.',
    broken: ({ steps, items }) =>
      steps
        .filter(({ type }) => terminals.includes(type))
        .flatMap(({ at, type, payload }) => {
          const { output, usage } = objectOf(payload.response);
          const done = [...items.values()].map((item) => item.done ?? item.added);
          const same = (shown: JsonObject | undefined, item: JsonObject) =>
            ownItems.includes(textOf(item.type)) ? JSON.stringify(shown) === JSON.stringify(item) : shown?.id === item.id;
          const shown = listOf(output);
          const { input_tokens, output_tokens, total_tokens } = objectOf(usage);
          const failed = type === 'response.failed';
          return [
            ...unless(
              failed || (shown.length === done.length && done.every((item, place) => same(shown[place], item))),
              `event ${at} shows another output`,
            ),
            ...unless(
              failed || [...items.values()].every((item) => item.done || !ownItems.includes(textOf(item.added.type))),
              'an item is not done',
            ),
            ...unless(
              !failed || shown.every((one) => [...items.values()].some(({ done: item }) => item && same(one, item))),
              `event ${at} shows what was not done`,
            ),
            ...unless(failed || [input_tokens, output_tokens, total_tokens].every(Number.isInteger), `event ${at} has no usage`),
          ];
        }),
  },
  {
    id: 'incomplete-reason',
    says: 'An incomplete response says why, and no other does.',
    broken: ({ steps }) =>
      steps
        .filter(({ type }) => terminals.includes(type))
        .flatMap(({ at, type, payload }) => {
          const { reason } = objectOf(objectOf(payload.response).incomplete_details);
          return unless(isText(reason) === (type === 'response.incomplete'), `event ${at} gives the reason ${reason}`);
        }),
  },
];

function partsSaidAgain({ index, parts, done }: Item): string[] {
  return [...parts].flatMap(([key, part]) => {
    const shown = part.done?.text ?? part.done?.refusal;
    const [list = '', place] = key.split(' ');
    const inItem = done && listOf(done[list])[Number(place)];
    return [
      ...unless(part.whole === undefined || part.whole === part.text, `${key} of item ${index} is said again otherwise`),
      ...unless(!part.done || (shown === part.text && part.whole !== undefined), `${key} of item ${index} is done otherwise`),
      ...unless(!done || JSON.stringify(inItem) === JSON.stringify(part.done), `item ${index} shows another ${key}`),
    ];
  });
}

function callSaidAgain({ index, added, json, wholeJson, done }: Item): string[] {
  if (added.type !== 'function_call') return [];
  return [
    ...unless(wholeJson === undefined || wholeJson === json, `the arguments of item ${index} are said again otherwise`),
    ...unless(!done || (done.arguments === json && wholeJson !== undefined), `item ${index} is done with other arguments`),
    ...unless(done?.status !== 'completed' || parsed(json) !== undefined, `item ${index} is completed with half its arguments`),
  ];
}

function beginsWell(item: JsonObject): boolean {
  const isEmpty = (list: Json | undefined) => Array.isArray(list) && list.length === 0;
  switch (item.type) {
    case 'message':
      return isText(item.id) && item.role === 'assistant' && item.status === 'in_progress' && isEmpty(item.content);
    case 'reasoning':
      return isText(item.id) && isEmpty(item.summary);
    case 'function_call':
      return [item.id, item.call_id, item.name].every(isText) && item.arguments === '' && item.status === 'in_progress';
    default:
      return isText(item.type) && isText(item.id);
  }
}

function isText(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== '';
}

function ofType(steps: readonly Step[], type: string): Step[] {
  return steps.filter((step) => step.type === type);
}
