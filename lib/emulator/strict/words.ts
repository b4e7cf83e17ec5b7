import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { Refusal } from '../refusal.ts';

/** The objects in a list member. Empty if there is no list. Other checks handle elements that aren't objects. */
export function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** This value if it is an object, otherwise an empty one. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** True if the member has a value other than null. */
export function has(object: JsonObject, name: string): boolean {
  return object[name] !== undefined && object[name] !== null;
}

/** Every object inside a value, including itself, with its path. */
export function* walk(value: Json | undefined, path = ''): Generator<readonly [path: string, object: JsonObject]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* walk(item, `${path}.${index}`);
  } else if (isObject(value)) {
    yield [path, value];
    for (const [name, item] of Object.entries(value)) yield* walk(item, `${path}.${name}`);
  }
}

/** `'a', 'b', and 'c'`, as OpenAI lists accepted values. */
export function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.pop() ?? '';
  if (quoted.length === 0) return last;
  return `${quoted.join(', ')}${quoted.length > 1 ? ',' : ''} and ${last}`;
}

/** Rejects a string longer than `max`, with OpenAI's message. */
export function mostCharacters(value: Json | undefined, max: number, path: string): void {
  if (typeof value !== 'string' || value.length <= max) return;
  const message = `Invalid '${path}': string too long. Expected a string with maximum length ${max}, but got a string with length ${value.length} instead.`;
  throw new Refusal(400, message, { param: path, code: 'string_above_max_length' });
}
