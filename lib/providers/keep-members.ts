import type { JsonObject } from '../stream/json.ts';

/** Keeps only these members of a body, because counting rejects members that only affect the answer. */
export function only(...names: string[]): (body: JsonObject) => JsonObject {
  return (body) => Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}
