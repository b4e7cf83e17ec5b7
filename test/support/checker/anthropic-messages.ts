import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { objectOf } from '../truth/truth.ts';
import { isPresent } from './openai-stream.ts';
import { type Rule, unless } from './rule.ts';
import { readStream, type SseStream, splittingRules, sseRules } from './sse-stream.ts';

/** A Messages stream, with the state of its blocks at each event. */
export interface MessagesStream extends SseStream {
  readonly steps: readonly Step[];
  readonly failed: boolean;
}

interface Step {
  readonly at: number;
  readonly type: Json | undefined;
  readonly payload: JsonObject;
  /** The block that is open when this event comes, and how many have opened before. */
  readonly open: { index: Json | undefined; type: Json | undefined } | undefined;
  readonly opened: number;
}

const knownTypes = [
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
  'error',
];

/** The deltas of the blocks that we write ourselves; a block of another kind is the provider's own and takes any. */
const deltasOf: Record<string, readonly string[]> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  redacted_thinking: [],
  tool_use: ['input_json_delta'],
};

export function readMessages(bytes: Uint8Array): MessagesStream {
  const stream = readStream(bytes);
  let open: Step['open'];
  let opened = 0;
  const steps = stream.events
    .filter(({ isObject }) => isObject)
    .map(({ payload }, at) => {
      const step = { at, type: payload.type, payload, open, opened };
      if (payload.type === 'content_block_start') {
        open = { index: payload.index, type: objectOf(payload.content_block).type };
        opened++;
      }
      if (payload.type === 'content_block_stop') open = undefined;
      return step;
    });
  return { ...stream, steps, failed: steps.some(({ type }) => type === 'error') };
}

/** The byte contract of the Messages API. */
export const anthropicMessagesRules: readonly Rule<MessagesStream>[] = [
  ...sseRules,
  ...splittingRules(({ delta }) => {
    const { text, thinking, partial_json } = objectOf(delta);
    return [text, thinking, partial_json].filter((piece) => typeof piece === 'string');
  }),
  {
    id: 'event-line',
    says: 'Each event is an event line and a data line, and the event is the type in its data.',
    broken: ({ events, text }) => [
      ...text
        .split('\n')
        .flatMap((line) =>
          unless(line === '' || /^(event|data): \S/.test(line), `the line ${JSON.stringify(line.slice(0, 40))}`),
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
    id: 'known-types',
    says: 'Only the types that Anthropic documents.',
    broken: ({ steps }) =>
      steps.flatMap(({ at, type }) => unless(typeof type === 'string' && knownTypes.includes(type), `event ${at} is a ${type}`)),
  },
  {
    id: 'start-first',
    says: 'A message starts once, and before it come only pings or an error.',
    broken: ({ steps }) => {
      const providerStream = steps.filter(({ type }) => type !== 'ping' && type !== 'error');
      const starts = steps.filter(({ type }) => type === 'message_start').length;
      return [
        ...unless(
          providerStream.length === 0 || providerStream[0]?.type === 'message_start',
          `the stream begins with ${providerStream[0]?.type}`,
        ),
        ...unless(starts < 2, `${starts} messages start`),
      ];
    },
  },
  {
    id: 'start-form',
    says: 'The starting message has id, model, role, empty content, no stop and usage.',
    broken: ({ steps }) =>
      ofType(steps, 'message_start').flatMap(({ payload }) => {
        const { id, type, role, model, content, stop_reason, stop_sequence, usage } = objectOf(payload.message);
        const { input_tokens, output_tokens } = objectOf(usage);
        return [
          ...unless(
            [id, model].every((text) => typeof text === 'string' && text !== ''),
            'no id or no model',
          ),
          ...unless(type === 'message' && role === 'assistant', `a ${type} of ${role}`),
          ...unless(Array.isArray(content) && content.length === 0, 'content is not empty'),
          ...unless(stop_reason === null && stop_sequence === null, 'it has stopped already'),
          ...unless(Number.isInteger(input_tokens) && Number.isInteger(output_tokens), 'no usage'),
        ];
      }),
  },
  {
    id: 'dense-indices',
    says: 'Blocks are numbered 0, 1, 2 in the order in which they open.',
    broken: ({ steps }) =>
      ofType(steps, 'content_block_start').flatMap(({ at, payload, opened }) =>
        unless(payload.index === opened, `event ${at} opens block ${payload.index}`),
      ),
  },
  {
    id: 'no-overlap',
    says: 'A block opens when the one before it is closed.',
    broken: ({ steps }) =>
      ofType(steps, 'content_block_start').flatMap(({ at, open }) =>
        unless(!open, `event ${at} opens a block while ${open?.index} is open`),
      ),
  },
  {
    id: 'inside-block',
    says: 'Deltas and ends are of the open block.',
    broken: ({ steps }) =>
      [...ofType(steps, 'content_block_delta'), ...ofType(steps, 'content_block_stop')].flatMap(({ at, payload, open }) =>
        unless(
          open?.index === payload.index && open !== undefined,
          `event ${at} is of block ${payload.index}, which is not open`,
        ),
      ),
  },
  {
    id: 'block-form',
    says: 'Text, thinking and tool calls open empty; a tool call has id and name; redacted thinking comes whole.',
    broken: ({ steps }) =>
      ofType(steps, 'content_block_start').flatMap(({ at, payload }) => {
        const block = objectOf(payload.content_block);
        return unless(typeof block.type === 'string' && opensWell(block), `event ${at} opens ${JSON.stringify(block)}`);
      }),
  },
  {
    id: 'delta-fits-block',
    says: 'A delta is of a kind that its block takes.',
    broken: ({ steps }) =>
      ofType(steps, 'content_block_delta').flatMap(({ at, payload, open }) => {
        const delta = objectOf(payload.delta);
        const fitting = typeof open?.type === 'string' ? deltasOf[open.type] : undefined;
        const fits = typeof delta.type === 'string' && (!fitting || fitting.includes(delta.type));
        return unless(fits, `event ${at} is a ${delta.type} in a ${open?.type} block`);
      }),
  },
  {
    id: 'blocks-closed',
    says: 'All blocks are closed before the message stops.',
    broken: ({ steps }) =>
      ofType(steps, 'message_delta').flatMap(({ at, open }) =>
        unless(!open, `event ${at} comes while block ${open?.index} is open`),
      ),
  },
  {
    id: 'message-delta',
    says: 'One message_delta with a stop reason and usage, after all blocks and only in a stream that finishes.',
    broken: ({ steps, failed }) => {
      const deltas = ofType(steps, 'message_delta');
      const last = Math.max(-1, ...steps.filter(({ type }) => String(type).startsWith('content_block')).map(({ at }) => at));
      return [
        ...unless(deltas.length === (failed ? 0 : 1), `${deltas.length} message_delta`),
        ...deltas.flatMap(({ at, payload }) => {
          const { stop_reason, stop_sequence } = objectOf(payload.delta);
          const stopped = typeof stop_reason === 'string' && stop_reason !== '' && stop_sequence !== undefined;
          return [
            ...unless(stopped, `event ${at} has no stop reason or no stop_sequence`),
            ...unless(Number.isInteger(objectOf(payload.usage).output_tokens), `event ${at} has no usage`),
            ...unless(at > last, `a block follows event ${at}`),
          ];
        }),
      ];
    },
  },
  {
    id: 'one-terminal',
    says: 'The last event is the only message_stop or the only error.',
    broken: ({ steps }) => {
      const terminals = steps.filter(({ type }) => type === 'message_stop' || type === 'error');
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
      ofType(steps, 'error').flatMap(({ at, payload }) => {
        const { type, message } = objectOf(payload.error);
        const whole = [type, message, payload.request_id].every((text) => typeof text === 'string' && text !== '');
        return unless(whole, `event ${at} is ${JSON.stringify(payload)}`);
      }),
  },
];

function ofType(steps: readonly Step[], type: string): Step[] {
  return steps.filter((step) => step.type === type);
}

function opensWell(block: JsonObject): boolean {
  switch (block.type) {
    case 'text':
      return block.text === '';
    case 'thinking':
      return block.thinking === '' && (block.signature === undefined || block.signature === '');
    case 'redacted_thinking':
      return typeof block.data === 'string' && block.data !== '';
    case 'tool_use':
      return isPresent(block.id) && block.id !== '' && isPresent(block.name) && block.name !== '' && isPresent(block.input);
    default:
      return true;
  }
}
