import { isObject, type Json, type JsonObject } from '../stream/json.ts';

/** A member that should be an object. Anything else counts as missing. */
export function lenientObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** A member that should be a string. Anything else counts as missing. */
export function lenientText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A member that should be an array of objects. Skips other elements. */
export function lenientObjects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A member that should be a number. */
export function lenientNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A member that should be an array of strings. Skips other elements. */
export function lenientTexts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The list, or `undefined` if it is empty, because an empty list requests nothing. */
export function filled<Item>(list: Item[]): Item[] | undefined {
  return list.length > 0 ? list : undefined;
}
