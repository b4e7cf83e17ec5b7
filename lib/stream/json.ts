/** A value that JSON can say. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object; a missing member is `undefined`. */
export interface JsonObject {
  [name: string]: Json | undefined;
}

/** Is this a JSON object, not an array and not null? */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same object less its own members that are null; what stands deeper, such as a schema, is not touched. */
export function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/**
 * The members of an object, but for `__proto__`: JSON may have one, and writing that name into another object would not
 * make a member of it; reading it would give the prototype of all objects.
 */
export function membersOf(object: JsonObject): [string, Json | undefined][] {
  return Object.entries(object).filter(([name]) => name !== '__proto__');
}

/** The JSON object in this text, or `undefined` if the text is anything else. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
