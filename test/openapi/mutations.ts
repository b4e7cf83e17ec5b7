import { isObject, type Json, type JsonObject } from '../../lib/stream/json.ts';

/** Values of every kind; an array is put in no object's place, since schemas of objects let arrays pass. */
const strangers: readonly Json[] = [null, true, -1, 0.5, 1_000_000, '', 'zzz', {}, []];

/** A body in which one value, at any depth, is another or is gone. */
export interface Mutation {
  /** `messages[0].role = true` */
  readonly what: string;
  readonly body: JsonObject;
}

export function mutationsOf(body: JsonObject): Mutation[] {
  return placesIn(body, []).flatMap((path) => {
    const here = at(body, path);
    const others = strangers.filter((stranger) => !(Array.isArray(stranger) && isObject(here)));
    return [
      { what: `${path.join('.')} gone`, body: changed(body, path, undefined) },
      ...others.map((value) => ({ what: `${path.join('.')} = ${JSON.stringify(value)}`, body: changed(body, path, value) })),
    ];
  });
}

type Path = readonly (string | number)[];

function placesIn(value: Json | undefined, path: Path): Path[] {
  const below = Array.isArray(value)
    ? value.flatMap((item, index) => placesIn(item, [...path, index]))
    : isObject(value)
      ? Object.entries(value).flatMap(([name, member]) => placesIn(member, [...path, name]))
      : [];
  return path.length > 0 ? [path, ...below] : below;
}

function at(value: Json | undefined, [key, ...rest]: Path): Json | undefined {
  if (key === undefined) return value;
  return at((value as Record<string | number, Json>)[key], rest);
}

function changed(body: JsonObject, path: Path, value: Json | undefined): JsonObject {
  const copy = structuredClone(body);
  const parent = at(copy, path.slice(0, -1)) as Record<string | number, Json>;
  const last = path.at(-1) ?? '';
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}
