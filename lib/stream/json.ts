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
