import type { Json, JsonObject } from '../../lib/stream/json.ts';

/**
 * The values of `before` that `after` holds nowhere at the same path, each as `path = value`. What says nothing (null,
 * empty text, empty lists and objects) may go. Entries of a list count as one place, `*`, but for choices, which have
 * their index in the path: `choices.0.delta.audio.id`.
 */
export function lostFields(before: readonly JsonObject[], after: readonly JsonObject[]): string[] {
  const kept = new Set(after.flatMap((payload) => leaves(payload, '')));
  return [...new Set(before.flatMap((payload) => leaves(payload, '')))].filter((leaf) => !kept.has(leaf));
}

function leaves(value: Json | undefined, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => leaves(entry, `${path}.${placeOf(entry, path)}`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => leaves(member, path === '' ? name : `${path}.${name}`));
  }
  return value === null || value === '' || value === undefined ? [] : [`${path} = ${JSON.stringify(value)}`];
}

function placeOf(entry: Json, path: string): Json {
  const index = typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? entry.index : undefined;
  return path === 'choices' ? (index ?? 0) : '*';
}
