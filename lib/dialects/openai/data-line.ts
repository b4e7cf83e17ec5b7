import type { Json, JsonObject } from '../../stream/json.ts';
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

/** More names than a provider sends with its chunks. Made-up names must not fill the memory. */
const maxSteadyNames = 32;

/**
 * Like `members`, for objects that follow one another in a stream. Providers send the same members with every chunk
 * (`system_fingerprint`, `service_tier`), so a member is rendered again only if its value has changed.
 */
export function steadyMembers(): (object: JsonObject | undefined) => string {
  const rendered = new Map<string, { value: Json | undefined; text: string }>();
  return (object) => {
    let text = '';
    for (const name in object) {
      const value = object[name];
      const known = rendered.get(name);
      if (known && known.value === value) {
        text += known.text;
        continue;
      }
      const member = members({ [name]: value });
      if (known || rendered.size < maxSteadyNames) rendered.set(name, { value, text: member });
      text += member;
    }
    return text;
  };
}

/** The members of an object for insertion into another object, after a comma. `''` if there are none. */
export function members(object: JsonObject | undefined): string {
  if (!object) return '';
  const json = JSON.stringify(object);
  return json === '{}' ? '' : `,${json.slice(1, -1)}`;
}
