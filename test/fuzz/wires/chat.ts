import { openaiChatUpstream } from '../../../lib/dialects/openai-chat/upstream.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import {
  type Answer,
  argumentPieces,
  type Called,
  type Choice,
  grouped,
  type Item,
  opensInOrder,
  picksOf,
  piecesOf,
  type Style,
  woven,
} from '../answer.ts';
import { everything, sse, type Wire } from './wire.ts';

const words = { 'by itself': 'stop', length: 'length', filter: 'content_filter' } as const;

/** Chat completions: one choice a chunk, in any order of the choices. */
export const chatWire: Wire = {
  name: 'chat',
  format: 'openai-chat',
  wire: 'sse',
  provider: openaiChatUpstream(),
  says: everything,
  manyChoices: true,
  signs: true,
  write(answer) {
    const { style } = answer;
    const picks = picksOf(answer.weave);
    const entries = answer.choices.map((choice, index) => entriesOf(choice, index, style, picks));
    const chunks = woven(entries, picks).map((entry) => chunk([entry]));
    return sse(
      [...finished(chunks, answer), ...(style.terminator ? ['[DONE]'] : [])].map((data) => ({ data })),
      style,
    );
  },
};

/** The chunks with the counts where the style has them, as JSON. */
export function finished(chunks: readonly JsonObject[], { usage, style }: Answer): string[] {
  const counts = {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead },
  };
  const last = chunks.at(-1);
  const all =
    style.usage === 'with the finish' && last
      ? [...chunks.slice(0, -1), { ...last, usage: counts }]
      : style.usage === 'apart'
        ? [...chunks, { ...last, choices: [], usage: counts }]
        : chunks;
  return all.map((each) => JSON.stringify(each));
}

function chunk(choices: JsonObject[]): JsonObject {
  return { id: 'chatcmpl-theirs', object: 'chat.completion.chunk', created: 1, model: 'theirs', choices };
}

function entriesOf({ items, stop }: Choice, index: number, style: Style, picks: Iterator<number>): JsonObject[] {
  const entry = (delta: JsonObject, word: string | null = null) => ({ index, delta, finish_reason: word });
  const called = items.filter(({ kind }) => kind === 'tool');
  const role = {
    empty: [{ role: 'assistant', content: '' }],
    null: [{ role: 'assistant', content: null }],
    role: [{ role: 'assistant' }],
    none: [],
  }[style.opening];
  const said = grouped(items).flatMap((group) =>
    Array.isArray(group)
      ? calls(
          group.map((call) => callDeltas(call, called.indexOf(call) + style.firstIndex, style)),
          picks,
        )
      : deltas(group),
  );
  const word = stop === 'by itself' && called.length > 0 ? 'tool_calls' : words[stop];
  return [...[...role, ...said].map((delta) => entry(delta)), entry({}, word)];
}

function deltas(item: Exclude<Item, Called>): JsonObject[] {
  if (item.kind === 'redacted') return [{ reasoning_details: [{ type: 'reasoning.encrypted', data: item.data }] }];
  const member = { text: 'content', reasoning: 'reasoning_content', refusal: 'refusal' }[item.kind];
  const signed = item.signature && { reasoning_details: [{ type: 'reasoning.text', signature: item.signature }] };
  return [...piecesOf(item.text, item.cuts).map((piece) => ({ [member]: piece })), ...(signed ? [signed] : [])];
}

/**
 * Calls at the same time. No end of a call is marked, so that the arguments of one begin before those of the next: one
 * that is passed over has none.
 */
function calls(deltas: JsonObject[][], picks: Iterator<number>): JsonObject[] {
  const begins = deltas.map((frames) => frames.findIndex((frame) => /"arguments":"(?!"|\s*")/.test(JSON.stringify(frame))));
  const waits = (which: number, next: readonly number[]) =>
    opensInOrder(which, next) ||
    (next[which] === begins[which] && begins.slice(0, which).some((at, before) => at >= 0 && (next[before] ?? 0) <= at));
  return woven(deltas, picks, waits);
}

function callDeltas(call: Called, index: number, { wholeCalls }: Style): JsonObject[] {
  const pieces = argumentPieces(call);
  const open = (json: string) => ({
    tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: json } }],
  });
  if (wholeCalls) return [open(pieces.join(''))];
  return [open(''), ...pieces.map((json) => ({ tool_calls: [{ index, function: { arguments: json } }] }))];
}
