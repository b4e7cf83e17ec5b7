/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. A missing member is `undefined`. */
export interface JsonObject {
  [name: string]: Json | undefined;
}

/** True for a JSON object, false for an array and null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same object without its null members. Does not change nested values such as a schema. */
export function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/**
 * The members of an object except `__proto__`. JSON may contain that name, but assigning it to another object would
 * not create a member, and reading it would return the prototype of all objects.
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
