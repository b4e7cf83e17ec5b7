import { isObject, type Json, type JsonObject } from '../stream/json.ts';

/** A member that should be an object; what is not one says nothing. */
export function lenientObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** A member that should be text; what is not text says nothing. */
export function lenientText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A member that should be an array of objects; the rest is passed over. */
export function lenientObjects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A member that should be a number. */
export function lenientNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A member that should be an array of texts; the rest is passed over. */
export function lenientTexts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The list, if there is anything in it: an empty list asks for nothing. */
export function filled<Item>(list: Item[]): Item[] | undefined {
  return list.length > 0 ? list : undefined;
}
