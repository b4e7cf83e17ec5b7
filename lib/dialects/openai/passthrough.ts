import type { StreamEvent } from '../../stream/events.ts';
import { isObject, type Json, type JsonObject, membersOf } from '../../stream/json.ts';

/**
 * `passthrough` for chat and text chunks: the parts of a chunk that the vocabulary doesn't cover, at their original
 * place. Only `decode` creates it. It never has a name that the encoder writes itself, except
 * `delta.reasoning_details` and `delta.annotations`, the provider's own form of the event. Text completions have no
 * `delta`.
 */
export type ChunkPassthrough = {
  chunk?: JsonObject;
  choice?: JsonObject;
  delta?: JsonObject;
  /** The provider's own usage object, on `finish`. */
  usage?: JsonObject;
};

/** Members that the vocabulary covers, that are repeated elsewhere, or that are the provider's padding. */
export const chunkMembers: ReadonlySet<string> = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'x_groq',
  // OpenAI's padding against eavesdroppers. Spring AI 2.0 hangs on it, and the padding of one chunk fits no other.
  'obfuscation',
]);

/** The members that are not in `known` and not null. `undefined` if there are none. */
export function unknownFields(object: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  let rest: JsonObject | undefined;
  for (const name in object) {
    const value = object[name];
    if (known.has(name) || value === null || name === '__proto__') continue;
    rest ??= {};
    rest[name] = value;
  }
  return rest;
}

/** An event of another choice than the first. With n > 1, only this dialect carries the other answers. */
export function otherChoice(choice: number, event: StreamEvent): StreamEvent {
  // Every event except `error` is plain JSON, and a choice has no error of its own.
  return { type: 'extra', passthrough: { otherChoice: choice, event: event as unknown as JsonObject } };
}

/** The choice and its event in this `extra`. */
export function otherChoiceIn(event: StreamEvent): { choice: number; event: StreamEvent } | undefined {
  if (event.type !== 'extra' || typeof event.passthrough?.otherChoice !== 'number') return undefined;
  return { choice: event.passthrough.otherChoice, event: event.passthrough.event as unknown as StreamEvent };
}

/** Log probabilities with content. xAI and Snowflake send objects of nulls, OpenAI empty lists. */
export function logprobsIn(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isObject(value)) return value;
  const hasContent = Object.values(value).some((entries) => (Array.isArray(entries) ? entries.length > 0 : entries !== null));
  return hasContent ? value : undefined;
}

/**
 * The merged log probabilities of two consecutive pieces. `first` is what this function returned before, and it grows in
 * place, because a copy for every token would take quadratic time.
 */
export function joinLogprobs(first: Json | undefined, second: Json | undefined): Json | undefined {
  if (second === undefined || !isObject(second)) return second ?? first;
  const joined: JsonObject = isObject(first) ? first : {};
  for (const [name, entries] of membersOf(second)) {
    const before = joined[name];
    if (!Array.isArray(entries)) joined[name] = entries ?? before ?? null;
    else if (Array.isArray(before)) for (const entry of entries) before.push(entry);
    else joined[name] = [...entries];
  }
  return joined;
}
