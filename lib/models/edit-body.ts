import { isObject, type Json, type JsonObject } from '../stream/json.ts';

/**
 * The client's own body with the changes that adapting made to it, and everything else unchanged. `before` and `after`
 * are the request spelled from the vocabulary, unchanged and adapted, in the client's dialect. Where they agree, the
 * client's own values stay, with everything that the vocabulary can't express.
 */
export function editBody(own: JsonObject, before: JsonObject, after: JsonObject): JsonObject {
  const edited: JsonObject = { ...own };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const value = edit(own[name], before[name], after[name]);
    if (value === undefined) delete edited[name];
    else edited[name] = value;
  }
  return edited;
}

function edit(own: Json | undefined, before: Json | undefined, after: Json | undefined): Json | undefined {
  if (same(before, after)) return own;
  if (isObject(own) && isObject(before) && isObject(after)) return editBody(own, before, after);
  if (Array.isArray(own) && Array.isArray(before) && Array.isArray(after)) return editList(own, before, after);
  return after;
}

/** Unchanged items keep the client's own value, wherever they are now. Changed items are edited in place. */
function editList(own: readonly Json[], before: readonly Json[], after: readonly Json[]): Json[] {
  const places = placesOf(own, before);
  const unused = new Map<string, number[]>();
  before.forEach((item, index) => {
    const text = JSON.stringify(item);
    unused.set(text, [...(unused.get(text) ?? []), index]);
  });
  const sources = after.map((item) => unused.get(JSON.stringify(item))?.shift());
  const left = [...unused.values()].flat().sort((one, other) => one - other);
  const known = new Set(places);
  const leading = own.slice(
    0,
    own.findIndex((_, place) => known.has(place)),
  );
  const edited = after.flatMap((item, index): Json[] => {
    const stayed = sources[index];
    if (stayed !== undefined) return [at(own, places[stayed]) ?? item, ...unspelledBehind(own, places[stayed], known)];
    const previous = sources.slice(0, index).findLast((source) => source !== undefined) ?? -1;
    const next = sources.slice(index + 1).find((source) => source !== undefined) ?? before.length;
    const source = left.findIndex((candidate) => candidate > previous && candidate < next && similar(before[candidate], item));
    const [changed] = source < 0 ? [] : left.splice(source, 1);
    if (changed === undefined) return [item];
    const place = places[changed];
    return [edit(at(own, place), before[changed], item) ?? item, ...unspelledBehind(own, place, known)];
  });
  return own.length === before.length ? edited : [...leading, ...edited];
}

/** Items after this place that the vocabulary doesn't have. They stay after it. */
function unspelledBehind(own: readonly Json[], place: number | undefined, known: ReadonlySet<number | undefined>): Json[] {
  if (place === undefined) return [];
  const end = own.findIndex((_, index) => index > place && known.has(index));
  return own.slice(place + 1, end < 0 ? own.length : end);
}

/** The index of each spelled item in the client's own list: the same index, or the next one that matches. */
function placesOf(own: readonly Json[], before: readonly Json[]): (number | undefined)[] {
  if (own.length === before.length) return before.map((_, index) => index);
  let from = 0;
  return before.map((item) => {
    const place = own.findIndex((candidate, index) => index >= from && similar(candidate, item));
    if (place < 0) return undefined;
    from = place + 1;
    return place;
  });
}

function at(list: readonly Json[], place: number | undefined): Json | undefined {
  return place === undefined ? undefined : list[place];
}

/** Members that tell one kind of item from another. */
const kinds = ['type', 'role'];

function similar(one: Json | undefined, other: Json | undefined): boolean {
  if (!isObject(one) || !isObject(other)) return !isObject(one) && !isObject(other);
  const [first, second] = [Object.keys(one), Object.keys(other)];
  if (!first.some((name) => second.includes(name))) return false;
  return kinds.every((name) => one[name] === undefined || other[name] === undefined || one[name] === other[name]);
}

function same(one: Json | undefined, other: Json | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
