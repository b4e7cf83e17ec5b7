import type { JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';

/** The end of every stream in OpenAI's manner. */
export const done: Frame = { data: '[DONE]' };

/**
 * One line of JSON as a frame. `[DONE]` in it is escaped, since openai-clojure looks for it in the whole line; outside
 * a string it cannot stand.
 */
export function line(json: string): Frame {
  return { data: json.includes('[DONE]') ? json.replaceAll('[DONE]', '\\u005bDONE]') : json };
}

/** The members of an object as they stand inside another's braces, after a comma; `''` for none. */
export function members(object: JsonObject | undefined): string {
  if (!object) return '';
  const json = JSON.stringify(object);
  return json === '{}' ? '' : `,${json.slice(1, -1)}`;
}
