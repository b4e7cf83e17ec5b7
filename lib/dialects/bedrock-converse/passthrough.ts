import { isObject, type Json, type JsonObject } from '../../stream/json.ts';

/*
 * `passthrough` in this dialect is the payload of the frame without the parts that the event covers: `{delta:
 * {citation: …}}`. A frame that the vocabulary covers completely has none. A finish has two parts, `{messageStop,
 * metadata}`. An extra has the whole frame, `{event, payload}`.
 */

/** Members that an event covers, wholly or in part. */
export interface KnownFields {
  readonly [member: string]: true | KnownFields;
}

/** The rest of this object besides `covered`. `undefined` if there is none. */
export function unknownFields(object: JsonObject, covered: KnownFields): JsonObject | undefined {
  let rest: [string, Json][] | undefined;
  for (const name in object) {
    const value = object[name];
    const known = Object.hasOwn(covered, name) ? covered[name] : undefined;
    if (known === true || value === undefined) continue;
    const left = known && isObject(value) ? unknownFields(value, known) : value;
    if (left === undefined) continue;
    rest ??= [];
    rest.push([name, left]);
  }
  return rest && Object.fromEntries(rest);
}
