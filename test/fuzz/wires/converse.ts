import { bedrockConverseUpstream } from '../../../lib/dialects/bedrock-converse/upstream.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { awsMessage } from '../../support/provider-streams/converse.ts';
import { argumentPieces, type Called, grouped, type Item, opensInOrder, picksOf, piecesOf, woven } from '../answer.ts';
import type { Wire } from './wire.ts';

const words = { 'by itself': 'end_turn', length: 'max_tokens', filter: 'content_filtered' } as const;

type Event = readonly [name: string, payload: JsonObject];

/** Bedrock's ConverseStream: only calls are announced, each block's end is marked. */
export const converseWire: Wire = {
  name: 'converse',
  format: 'bedrock-converse',
  wire: 'aws-event-stream',
  provider: bedrockConverseUpstream(),
  says: new Set(['text', 'reasoning', 'redacted', 'tool']),
  manyChoices: false,
  signs: true,
  write({ choices: [choice], usage, weave }) {
    const { items = [], stop = 'by itself' } = choice ?? {};
    const { input, output, cacheRead } = usage;
    const picks = picksOf(weave);
    let index = 0;
    const blocks = grouped(items).flatMap((group) => {
      const written = (Array.isArray(group) ? group : [group]).map((item) => block(item, index++));
      return woven(written, picks, opensInOrder);
    });
    const calls = items.some(({ kind }) => kind === 'tool');
    const stopReason = stop === 'by itself' && calls ? 'tool_use' : words[stop];
    const counts = {
      inputTokens: input - cacheRead,
      cacheReadInputTokens: cacheRead,
      outputTokens: output,
      totalTokens: input + output,
    };
    const events: Event[] = [
      ['messageStart', { role: 'assistant' }],
      ...blocks,
      ['messageStop', { stopReason }],
      ['metadata', { usage: counts, metrics: { latencyMs: 1 } }],
    ];
    return Buffer.concat(
      events.map(([name, payload]) =>
        awsMessage({ ':message-type': 'event', ':event-type': name }, JSON.stringify({ ...payload, p: 'abc' })),
      ),
    );
  },
};

function block(item: Item, contentBlockIndex: number): Event[] {
  const delta = (said: JsonObject): Event => ['contentBlockDelta', { contentBlockIndex, delta: said }];
  const opening: Event[] =
    item.kind === 'tool'
      ? [['contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId: item.id, name: item.name } } }]]
      : [];
  return [...opening, ...deltas(item).map(delta), ['contentBlockStop', { contentBlockIndex }]];
}

function deltas(item: Item): JsonObject[] {
  if (item.kind === 'tool') return callDeltas(item);
  if (item.kind === 'redacted') return [{ reasoningContent: { redactedContent: item.data } }];
  const pieces = piecesOf(item.text, item.cuts);
  if (item.kind !== 'reasoning') return pieces.map((text) => ({ text }));
  const { signature } = item;
  return [...pieces.map((text) => ({ reasoningContent: { text } })), ...(signature ? [{ reasoningContent: { signature } }] : [])];
}

function callDeltas(call: Called): JsonObject[] {
  return argumentPieces(call).map((input) => ({ toolUse: { input } }));
}
