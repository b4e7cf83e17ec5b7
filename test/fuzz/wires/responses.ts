import { openaiResponsesUpstream } from '../../../lib/dialects/openai-responses/upstream.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import {
  type Answer,
  argumentPieces,
  type Called,
  grouped,
  type Item,
  opensInOrder,
  picksOf,
  piecesOf,
  type Spoken,
  woven,
} from '../answer.ts';
import { everything, sse, type Wire } from './wire.ts';

type Payload = JsonObject & { type: string };

/** What is written of one item, and the item when it is done. */
interface Written {
  readonly events: Payload[];
  readonly item: JsonObject;
}

/** OpenAI's Responses: calls may go on at the same time, and each item's end is marked. */
export const responsesWire: Wire = {
  name: 'responses',
  format: 'openai-responses',
  wire: 'sse',
  provider: openaiResponsesUpstream(),
  says: everything,
  manyChoices: false,
  signs: true,
  write(answer) {
    const events = payloads(answer).map((payload, sequence_number) => ({ ...payload, sequence_number }));
    return sse(
      events.map((payload) => ({ event: payload.type, data: JSON.stringify(payload) })),
      answer.style,
    );
  },
};

function payloads({ choices: [choice], usage, weave, style }: Answer): Payload[] {
  const { items = [], stop = 'by itself' } = choice ?? {};
  const picks = picksOf(weave);
  let index = 0;
  const groups = grouped(items).map((group) => {
    const written = (Array.isArray(group) ? group : [group]).map((item) => write(item, index++, style.wholeCalls));
    return {
      events: woven(
        written.map(({ events }) => events),
        picks,
        opensInOrder,
      ),
      items: written.map(({ item }) => item),
    };
  });
  const response = (status: string, more: JsonObject = {}) => ({
    response: { id: 'resp_theirs', object: 'response', created_at: 1, model: 'theirs', status, output: [], ...more },
  });
  const output = groups.flatMap((group) => group.items);
  const counts = {
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cacheRead },
      output_tokens: usage.output,
      total_tokens: usage.input + usage.output,
    },
  };
  const reason = stop === 'length' ? 'max_output_tokens' : 'content_filter';
  return [
    { type: 'response.created', ...response('in_progress') },
    { type: 'response.in_progress', ...response('in_progress') },
    ...groups.flatMap(({ events }) => events),
    stop === 'by itself'
      ? { type: 'response.completed', ...response('completed', { output, ...counts }) }
      : { type: 'response.incomplete', ...response('incomplete', { incomplete_details: { reason }, output, ...counts }) },
  ];
}

function write(item: Item, output_index: number, whole: boolean): Written {
  if (item.kind === 'tool') return call(item, output_index, whole);
  if (item.kind === 'reasoning' || item.kind === 'redacted') return thought(item, output_index);
  return message(item, output_index);
}

function call(called: Called, output_index: number, whole: boolean): Written {
  const pieces = argumentPieces(called);
  const item_id = `fc_${output_index}`;
  const open = {
    type: 'function_call',
    id: item_id,
    call_id: called.id,
    name: called.name,
    arguments: '',
    status: 'in_progress',
  };
  const item = { ...open, arguments: pieces.join(''), status: 'completed' };
  return {
    item,
    events: [
      { type: 'response.output_item.added', output_index, item: open },
      ...(whole ? [] : pieces).map((delta) => ({ type: 'response.function_call_arguments.delta', item_id, output_index, delta })),
      { type: 'response.function_call_arguments.done', item_id, output_index, arguments: item.arguments },
      { type: 'response.output_item.done', output_index, item },
    ],
  };
}

function message(said: Spoken, output_index: number): Written {
  const place = { item_id: `msg_${output_index}`, output_index, content_index: 0 };
  const open = { type: 'message', id: place.item_id, role: 'assistant', status: 'in_progress', content: [] };
  const declines = said.kind === 'refusal';
  const part = (text: string) => (declines ? { type: 'refusal', refusal: text } : { type: 'output_text', text, annotations: [] });
  const name = declines ? 'response.refusal' : 'response.output_text';
  const item = { ...open, status: 'completed', content: [part(said.text)] };
  return {
    item,
    events: [
      { type: 'response.output_item.added', output_index, item: open },
      { type: 'response.content_part.added', ...place, part: part('') },
      ...piecesOf(said.text, said.cuts).map((delta) => ({ type: `${name}.delta`, ...place, delta })),
      { type: `${name}.done`, ...place, ...(declines ? { refusal: said.text } : { text: said.text }) },
      { type: 'response.content_part.done', ...place, part: part(said.text) },
      { type: 'response.output_item.done', output_index, item },
    ],
  };
}

function thought(said: Exclude<Item, Called>, output_index: number): Written {
  const place = { item_id: `rs_${output_index}`, output_index, summary_index: 0 };
  const open = { type: 'reasoning', id: place.item_id, summary: [] };
  const encrypted_content = said.kind === 'redacted' ? said.data : said.signature;
  const text = said.kind === 'redacted' ? undefined : said.text;
  const part = (words: string) => ({ type: 'summary_text', text: words });
  const item = {
    ...open,
    summary: text === undefined ? [] : [part(text)],
    ...(encrypted_content && { encrypted_content }),
  };
  const name = 'response.reasoning_summary';
  return {
    item,
    events: [
      { type: 'response.output_item.added', output_index, item: open },
      ...(said.kind === 'redacted'
        ? []
        : [
            { type: `${name}_part.added`, ...place, part: part('') },
            ...piecesOf(said.text, said.cuts).map((delta) => ({ type: `${name}_text.delta`, ...place, delta })),
            { type: `${name}_text.done`, ...place, text: said.text },
            { type: `${name}_part.done`, ...place, part: part(said.text) },
          ]),
      { type: 'response.output_item.done', output_index, item },
    ],
  };
}
