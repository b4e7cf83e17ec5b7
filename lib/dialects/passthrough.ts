import { isObject, type JsonObject } from '../stream/json.ts';

/*
 * For dialects whose `passthrough` is the payload of the frame without the parts that the event covers: `{delta:
 * {container}}`. A frame that the vocabulary covers completely has none. The encoder merges the two again with
 * `withPassthrough`.
 */

/** The members that are not in `known`. `undefined` if there are none. */
export function unknownFields(object: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  for (const name in object) {
    if (!known.has(name)) return Object.fromEntries(Object.entries(object).filter(([member]) => !known.has(member)));
  }
  return undefined;
}

/**
 * `fields` merged with the members of `passthrough`. Nested objects are merged. If both have a value, that of
 * `passthrough` wins.
 */
export function withPassthrough(fields: JsonObject, passthrough: JsonObject | undefined): JsonObject {
  if (!passthrough) return fields;
  const inBoth = Object.entries(passthrough).flatMap(([name, value]) => {
    const present = fields[name];
    return isObject(present) && isObject(value) ? [[name, withPassthrough(present, value)] as const] : [];
  });
  return { ...fields, ...passthrough, ...Object.fromEntries(inBoth) };
}
