import { anthropicMessagesUpstream } from '../../../lib/dialects/anthropic-messages/upstream.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { type Answer, argumentPieces, type Called, type Item, piecesOf } from '../answer.ts';
import { sse, type Wire } from './wire.ts';

const words = { 'by itself': 'end_turn', length: 'max_tokens', filter: 'refusal' } as const;

/** Anthropic's Messages. */
export const messagesWire: Wire = {
  name: 'messages',
  format: 'anthropic-messages',
  wire: 'sse',
  provider: anthropicMessagesUpstream(),
  says: new Set(['text', 'reasoning', 'redacted', 'tool']),
  manyChoices: false,
  signs: true,
  write: (answer) =>
    sse(
      payloads(answer).map((payload) => ({ event: payload.type, data: JSON.stringify(payload) })),
      answer.style,
    ),
};

type Payload = JsonObject & { type: string };

/** The payload of every event. */
export function payloads({ choices: [choice], usage, style }: Answer): Payload[] {
  const { items = [], stop = 'by itself' } = choice ?? {};
  const { input, output, cacheRead } = usage;
  const counts = { input_tokens: input - cacheRead, cache_read_input_tokens: cacheRead, cache_creation_input_tokens: 0 };
  const message = {
    id: 'msg_theirs',
    type: 'message',
    role: 'assistant',
    model: 'theirs',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...counts, output_tokens: 1 },
  };
  const calls = items.some(({ kind }) => kind === 'tool');
  const stop_reason = stop === 'by itself' && calls ? 'tool_use' : words[stop];
  return [
    { type: 'message_start', message },
    ...(style.comments ? [{ type: 'ping' }] : []),
    ...items.flatMap((item, index) => block(item, index)),
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: output } },
    { type: 'message_stop' },
  ];
}

function block(item: Item, index: number): Payload[] {
  const { start, deltas } = item.kind === 'tool' ? call(item) : said(item);
  return [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function call(item: Called) {
  const pieces = ['', ...argumentPieces(item)];
  return {
    start: { type: 'tool_use', id: item.id, name: item.name, input: {} },
    deltas: pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  };
}

function said(item: Exclude<Item, Called>): { start: JsonObject; deltas: JsonObject[] } {
  if (item.kind === 'redacted') return { start: { type: 'redacted_thinking', data: item.data }, deltas: [] };
  const pieces = piecesOf(item.text, item.cuts);
  if (item.kind !== 'reasoning')
    return { start: { type: 'text', text: '' }, deltas: pieces.map((text) => ({ type: 'text_delta', text })) };
  const { signature } = item;
  return {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...pieces.map((thinking) => ({ type: 'thinking_delta', thinking })),
      ...(signature ? [{ type: 'signature_delta', signature }] : []),
    ],
  };
}
