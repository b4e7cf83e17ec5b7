import { isObject, type Json, type JsonObject } from '../../stream/json.ts';

/*
 * `passthrough` in this dialect is the frame's payload less what the event itself says: `{delta: {citation: …}}`. So a
 * frame that the vocabulary covers carries none. Of a finish it has two parts, `{messageStop, metadata}`; of an extra
 * it is the whole frame, `{event, payload}`.
 */

/** Members that an event says: wholly, or in part. */
export interface Said {
  readonly [member: string]: true | Said;
}

/** What of this object `said` does not cover; `undefined` when that is nothing. */
export function unsaid(object: JsonObject, said: Said): JsonObject | undefined {
  let rest: [string, Json][] | undefined;
  for (const name in object) {
    const value = object[name];
    const known = Object.hasOwn(said, name) ? said[name] : undefined;
    if (known === true || value === undefined) continue;
    const left = known && isObject(value) ? unsaid(value, known) : value;
    if (left === undefined) continue;
    rest ??= [];
    rest.push([name, left]);
  }
  return rest && Object.fromEntries(rest);
}
