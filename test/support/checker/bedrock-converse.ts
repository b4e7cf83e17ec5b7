import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { objectOf } from '../truth/truth.ts';
import { type AwsMessage, type AwsStream, awsRules, readMessages, splittingRules } from './aws-messages.ts';
import { type Rule, unless } from './rule.ts';

/** A ConverseStream answer, with the state of its blocks at each event. */
export interface ConverseStream extends AwsStream {
  readonly steps: readonly Step[];
  readonly failed: boolean;
}

interface Step extends AwsMessage {
  readonly at: number;
  /** The block that is open when this event comes, by its number, and what it has been found to hold. */
  readonly open: { index: Json | undefined; kind: string } | undefined;
  readonly opened: number;
}

const eventNames = ['messageStart', 'contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata'];

/** Kinds of blocks that are announced; text and reasoning begin with their first delta. */
const announced = ['toolUse', 'toolResult', 'image'];

export function readConverse(bytes: Uint8Array): ConverseStream {
  const stream = readMessages(bytes);
  let open: Step['open'];
  let opened = 0;
  const steps = stream.messages.map((message, at) => {
    const { name, payload } = message;
    const step = { ...message, at, open, opened };
    const kind = kindOf(payload);
    const begins = name === 'contentBlockStart' || (name === 'contentBlockDelta' && open?.index !== payload.contentBlockIndex);
    if (begins) {
      open = { index: payload.contentBlockIndex, kind };
      opened++;
    }
    if (name === 'contentBlockStop') open = undefined;
    return step;
  });
  return { ...stream, steps, failed: steps.some(({ failure }) => failure) };
}

/** What a block holds, by its announcement or its first delta; a citation is of a text. */
function kindOf({ start, delta }: JsonObject): string {
  const [kind = ''] = Object.keys(objectOf(start ?? delta));
  return kind === 'citation' ? 'text' : kind;
}

/** The byte contract of ConverseStream. */
export const bedrockConverseRules: readonly Rule<ConverseStream>[] = [
  ...awsRules,
  ...splittingRules(({ delta }) => {
    const { text, reasoningContent, toolUse } = objectOf(delta);
    return [text, objectOf(reasoningContent).text, objectOf(toolUse).input].filter((piece) => typeof piece === 'string');
  }),
  {
    id: 'start-first',
    says: 'A message starts once, as the assistant, and before it comes nothing but a failure.',
    broken: ({ messages }) => {
      const providerStream = messages.filter(({ failure }) => !failure);
      return [
        ...unless(
          providerStream.length === 0 || providerStream[0]?.name === 'messageStart',
          `the stream begins with ${providerStream[0]?.name}`,
        ),
        ...unless(providerStream.filter(({ name }) => name === 'messageStart').length < 2, 'two messages start'),
        ...unless(
          providerStream[0]?.name !== 'messageStart' || providerStream[0].payload.role === 'assistant',
          'of no assistant',
        ),
      ];
    },
  },
  {
    id: 'dense-indices',
    says: 'Blocks are numbered 0, 1, 2 in the order in which they begin, and begin when the one before is closed.',
    broken: ({ steps }) =>
      steps.flatMap(({ name, at, payload, open, opened }) => {
        const begins =
          name === 'contentBlockStart' || (name === 'contentBlockDelta' && open?.index !== payload.contentBlockIndex);
        return unless(
          !begins || (!open && payload.contentBlockIndex === opened),
          `event ${at} begins block ${payload.contentBlockIndex}`,
        );
      }),
  },
  {
    id: 'block-form',
    says: 'What is announced is a call with id and name, a result or an image; calls and images are announced.',
    broken: ({ steps }) =>
      steps.flatMap(({ name, at, payload, open }) => {
        const kind = kindOf(payload);
        const { toolUseId, name: tool } = objectOf(objectOf(payload.start).toolUse);
        const named = typeof toolUseId === 'string' && toolUseId !== '' && typeof tool === 'string' && tool !== '';
        if (name === 'contentBlockStart')
          return unless(
            announced.includes(kind) && (kind !== 'toolUse' || named),
            `event ${at} announces ${JSON.stringify(payload.start)}`,
          );
        return unless(
          name !== 'contentBlockDelta' || open !== undefined || !['toolUse', 'image'].includes(kind),
          `event ${at} is not announced`,
        );
      }),
  },
  {
    id: 'delta-fits-block',
    says: 'A delta is of the kind of its block.',
    broken: ({ steps }) =>
      steps.flatMap(({ name, at, payload, open }) => {
        const fits = name !== 'contentBlockDelta' || open?.index !== payload.contentBlockIndex || kindOf(payload) === open?.kind;
        return unless(fits, `event ${at} is a ${kindOf(payload)} in a ${open?.kind} block`);
      }),
  },
  {
    id: 'blocks-closed',
    says: 'A block that is open is closed before the message stops, and no other is.',
    broken: ({ steps }) =>
      steps.flatMap(({ name, at, payload, open }) => [
        ...unless(name !== 'messageStop' || !open, `event ${at} comes while block ${open?.index} is open`),
        ...unless(
          name !== 'contentBlockStop' || (open !== undefined && open.index === payload.contentBlockIndex),
          `event ${at} ends a block that is not open`,
        ),
      ]),
  },
  {
    id: 'terminal',
    says: 'The message stops for a reason and its metadata with counts and latency follow, last; or it fails and does neither.',
    broken: ({ steps, failed }) => {
      const names = steps.map(({ name }) => name).filter((name) => eventNames.includes(name));
      const stops = steps.filter(({ name }) => name === 'messageStop');
      const [metadata, ...more] = steps.filter(({ name }) => name === 'metadata');
      if (failed) return unless(stops.length === 0 && !metadata, 'a message that fails and stops');
      const { inputTokens, outputTokens, totalTokens } = objectOf(metadata?.payload.usage);
      return [
        ...unless(
          stops.length === 1 && names.slice(-2).join() === 'messageStop,metadata' && more.length === 0,
          `the end is ${names.slice(-2)}`,
        ),
        ...unless(
          stops.every(({ payload }) => typeof payload.stopReason === 'string' && payload.stopReason !== ''),
          'no reason',
        ),
        ...unless([inputTokens, outputTokens, totalTokens].every(Number.isInteger), 'no counts'),
        ...unless(typeof objectOf(metadata?.payload.metrics).latencyMs === 'number', 'no latency'),
      ];
    },
  },
];
