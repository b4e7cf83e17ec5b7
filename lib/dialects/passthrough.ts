import { isObject, type JsonObject } from '../stream/json.ts';

/*
 * For dialects whose `passthrough` is the frame's payload less what the event itself says: `{delta: {container}}`. A frame
 * that the vocabulary covers carries none, and the encoder writes `withNative(what the event says, native)`.
 */

/** The members that `known` does not name; `undefined` when there are none. */
export function unsaid(object: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  for (const name in object) {
    if (!known.has(name)) return Object.fromEntries(Object.entries(object).filter(([member]) => !known.has(member)));
  }
  return undefined;
}

/** `said` with the members of `passthrough` added, objects merged; of two values for one member, native's. */
export function withPassthrough(said: JsonObject, passthrough: JsonObject | undefined): JsonObject {
  if (!passthrough) return said;
  const inBoth = Object.entries(passthrough).flatMap(([name, value]) => {
    const present = said[name];
    return isObject(present) && isObject(value) ? [[name, withPassthrough(present, value)] as const] : [];
  });
  return { ...said, ...passthrough, ...Object.fromEntries(inBoth) };
}
