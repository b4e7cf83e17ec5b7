import type { KeyRecord } from '../access/keys.ts';
import { SluiceError } from '../stream/errors.ts';
import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import { type DurableStreams, reach } from '../streams/durable-streams.ts';
import { endedResponse, responseAddress, responseOfItem, type StoredResponse } from '../streams/response-state.ts';
import type { RequestState } from './prepare-request.ts';

/** More links than any conversation has. */
const maxLinks = 1000;

/**
 * A Responses body that stands for itself: the items of earlier responses are put where it refers to them, so that any
 * provider can answer it. Throws `invalid_request` for a response that isn't stored.
 */
export async function resolveResponseState(
  streams: DurableStreams,
  sent: JsonObject,
  { id: keyId }: KeyRecord,
  signal: AbortSignal,
): Promise<{ body: JsonObject; state: RequestState | undefined }> {
  const { previous_response_id: previous, background, store, input, ...rest } = sent;
  const known = new Map<string, Promise<StoredResponse | undefined>>();
  const load = (id: string) => {
    const found = known.get(id) ?? read(streams, id, keyId, signal);
    known.set(id, found);
    return found;
  };
  const before = typeof previous === 'string' ? await conversation(previous, load) : [];
  const own = Array.isArray(input) ? await Promise.all(input.map((item) => resolveReference(item, load))) : input;
  const items = typeof own === 'string' ? [{ role: 'user', content: own }] : own;
  const resolved = before.length > 0 && Array.isArray(items) ? [...before, ...items] : own;
  const isStored = store !== false;
  return {
    body: { ...rest, ...(resolved !== undefined && { input: resolved }), ...(!isStored && { store }) },
    state: isStored
      ? { background: background === true, input: own, ...(typeof previous === 'string' && { previous }) }
      : undefined,
  };
}

type Load = (id: string) => Promise<StoredResponse | undefined>;

async function read(
  streams: DurableStreams,
  id: string,
  keyId: string,
  signal: AbortSignal,
): Promise<StoredResponse | undefined> {
  try {
    const head = await streams.find(responseAddress(id), keyId);
    return await reach(() => endedResponse(head, { ...streams.settings, signal }));
  } catch (thrown) {
    if (thrown instanceof SluiceError && thrown.kind === 'stream_not_found') return undefined;
    throw thrown;
  }
}

/** Every item up to and including the output of this response, in order. */
async function conversation(last: string, load: Load): Promise<JsonObject[]> {
  const links: JsonObject[][] = [];
  for (let id: string | undefined = last; id !== undefined && links.length < maxLinks; ) {
    const found: StoredResponse | undefined = await load(id);
    if (!found) {
      throw new SluiceError(
        'invalid_request',
        `Previous response with id '${id}' not found. Send the earlier items in \`input\`.`,
        {
          param: 'previous_response_id',
        },
      );
    }
    links.unshift([...found.input.items, ...outputOf(found)]);
    id = found.input.previous;
  }
  return links.flat();
}

/** The item that a reference means. One that isn't stored stays, and is refused by name. */
async function resolveReference(item: Json, load: Load): Promise<Json> {
  if (!isObject(item) || typeof item.id !== 'string') return item;
  const isReference = item.type === 'item_reference' || (item.type === undefined && item.role === undefined);
  const response = isReference && responseOfItem(item.id);
  const found = response ? await load(response) : undefined;
  if (!found) return item;
  return [...outputOf(found), ...found.input.items].find(({ id }) => id === item.id) ?? item;
}

function outputOf({ response: { output } }: StoredResponse): JsonObject[] {
  return Array.isArray(output) ? output.filter(isObject) : [];
}
