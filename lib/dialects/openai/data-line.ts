import type { JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';

/** The end of every OpenAI stream. */
export const done: Frame = { data: '[DONE]' };

/**
 * One line of JSON as a frame. `[DONE]` inside it is escaped, because openai-clojure searches the whole line for it.
 * It can only occur in a string.
 */
export function line(json: string): Frame {
  return { data: json.includes('[DONE]') ? json.replaceAll('[DONE]', '\\u005bDONE]') : json };
}

/** The members of an object for insertion into another object, after a comma. `''` if there are none. */
export function members(object: JsonObject | undefined): string {
  if (!object) return '';
  const json = JSON.stringify(object);
  return json === '{}' ? '' : `,${json.slice(1, -1)}`;
}
