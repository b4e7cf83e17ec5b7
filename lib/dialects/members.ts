import { isObject, type Json, type JsonObject } from '../stream/json.ts';

/** A member that should be an object; what is not one says nothing. */
export function objectIn(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** A member that should be text; what is not text says nothing. */
export function textIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A member that should be an array of objects; the rest is passed over. */
export function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
