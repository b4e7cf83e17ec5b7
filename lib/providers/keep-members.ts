import type { JsonObject } from '../stream/json.ts';

/** Keeps these members of a body alone: counting refuses what only an answer needs. */
export function only(...names: string[]): (body: JsonObject) => JsonObject {
  return (body) => Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}
