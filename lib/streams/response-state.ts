import { isObject, type JsonObject, parseJsonObject } from '../stream/json.ts';
import type { Batch, Opening } from './batch.ts';
import { recordReader } from './records.ts';
import type { ResponseInput } from './response-input.ts';
import { addressOf, publicId } from './stream-id.ts';
import type { StreamAddress, StreamHead, StreamLog } from './stream-log.ts';
import { type TailSettings, tail } from './tail.ts';

/** A stored response: its request, and the response as far as it is known. */
export interface StoredResponse {
  readonly input: ResponseInput;
  readonly response: JsonObject;
}

/** A response has the id of its stream, with a different prefix. */
export function responseId(address: StreamAddress): string {
  return publicId(address).replace(/^str_/, 'resp_');
}

/** The stream of a response. `undefined` for an id in another format. */
export function responseAddress(id: string): StreamAddress | undefined {
  return id.startsWith('resp_') ? addressOf(id.replace(/^resp_/, 'str_')) : undefined;
}

/** The response to which an item belongs, by the item's id: `msg_<response>_0`. */
export function responseOfItem(itemId: string): string | undefined {
  const [, id] = /^[a-z]+_([\w-]{32})_(?:in)?\d+$/.exec(itemId) ?? [];
  return id && `resp_${id}`;
}

/** The input of a request as items with ids, so they can be listed and referred to. */
export function inputItems(input: unknown, address: StreamAddress): JsonObject[] {
  const items = typeof input === 'string' ? [{ role: 'user', content: [{ type: 'input_text', text: input }] }] : input;
  if (!Array.isArray(items)) return [];
  return items.filter(isObject).map((item, index) => ({
    type: item.role === undefined ? 'item' : 'message',
    id: `msg_${responseId(address).slice('resp_'.length)}_in${index}`,
    ...item,
  }));
}

/** A response that has ended. Waits for one that is still running. `undefined` if it isn't stored as a response. */
export async function endedResponse(head: StreamHead, settings: TailSettings): Promise<StoredResponse | undefined> {
  const batches: Batch[] = [];
  for await (const batch of tail(head, settings)) batches.push(batch);
  return storedResponse(head, batches);
}

/** A response in its current state. `undefined` if it isn't stored as a response, or hasn't begun. */
export async function currentResponse(head: StreamHead, log: StreamLog): Promise<StoredResponse | undefined> {
  const batchOf = recordReader();
  const batches: Batch[] = [];
  for (let position = 0; ; ) {
    const records = await log.read(head, position, 12);
    if (records.length === 0) return storedResponse(head, batches);
    position += records.length;
    batches.push(...records.map(batchOf).filter((batch) => batch !== undefined));
  }
}

function storedResponse({ state }: StreamHead, batches: readonly Batch[]): StoredResponse | undefined {
  const opening = batches.find((batch) => batch.opening)?.opening;
  const events = batches.flatMap((batch) => batch.events);
  if (!opening?.input || events.length === 0) return undefined;
  const end = batches.at(-1)?.end ?? state;
  // The first event shows the response as it began, and the last as it ended.
  const response = responseIn(opening, end === 'open' ? events[0] : events.at(-1));
  if (!response) return undefined;
  return { input: opening.input, response: end === 'cancelled' ? { ...response, status: 'cancelled', error: null } : response };
}

function responseIn({ streamed }: Opening, event: Uint8Array | undefined): JsonObject | undefined {
  const text = Buffer.from(event ?? []).toString();
  if (!streamed) return parseJsonObject(text);
  const { response } = parseJsonObject(text.replace(/^[\s\S]*?^data: /m, '')) ?? {};
  return isObject(response) ? response : undefined;
}
