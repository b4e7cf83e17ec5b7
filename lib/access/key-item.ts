import { attributeValue, itemKey } from '../aws/dynamodb.ts';
import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { KeyLimits, KeyRecord } from './keys.ts';

/** A client key as the table holds it. Times are milliseconds since 1970. */
export interface StoredKey extends KeyRecord {
  readonly created?: number;
  /** When a function last saw the key, to the hour. */
  readonly lastUsed?: number;
}

const limitNames = [
  'requestsPerMinute',
  'tokensPerMinute',
  'concurrentStreams',
  'dollarsPerDay',
] as const satisfies (keyof KeyLimits)[];

/** One item per digest, so that a function reads exactly one item for a request. */
export function keyItemKey(sha256: string): JsonObject {
  return itemKey(`key#${sha256}`);
}

/** The item of a key. Limits are attributes of their own, so that an operator can read and edit them in the console. */
export function keyItem(key: StoredKey): JsonObject {
  const { sha256, id, models, expires, disabled, durability, created, limits = {} } = key;
  const numbers = { expires, created, ...Object.fromEntries(limitNames.map((name) => [name, limits[name]])) };
  return {
    ...keyItemKey(sha256),
    id: { S: id },
    models: { L: models.map((name) => ({ S: name })) },
    ...(disabled && { disabled: { BOOL: true } }),
    ...(durability && { durability: { S: durability } }),
    ...Object.fromEntries(
      Object.entries(numbers).flatMap(([name, value]) => (value === undefined ? [] : [[name, { N: String(value) }]])),
    ),
  };
}

/**
 * The key that an item holds. An item that lacks an id, or whose models are not a list of names, holds none: somebody
 * edited it by hand, and a key is never granted by accident.
 */
export function storedKey(sha256: string, item: Json | undefined): StoredKey | undefined {
  if (!isObject(item)) return undefined;
  const id = attributeValue(item.id, 'S');
  const models = attributeValue(item.models, 'L');
  if (typeof id !== 'string' || !Array.isArray(models)) return undefined;
  const names = models.map((name) => attributeValue(name, 'S')).filter((name) => typeof name === 'string');
  const limits = Object.fromEntries(limitNames.flatMap((name) => pair(name, numberIn(item[name]))));
  return {
    id,
    sha256,
    models: names,
    ...(attributeValue(item.disabled, 'BOOL') === true && { disabled: true }),
    // Whatever its value is: an operator who adds this attribute by hand wants nothing stored.
    ...(item.durability !== undefined && { durability: 'none' }),
    ...Object.fromEntries((['expires', 'created', 'lastUsed'] as const).flatMap((name) => pair(name, numberIn(item[name])))),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

/** A number that cannot be read is 0: a limit of nothing, an expiry in the past. */
function numberIn(value: Json | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(attributeValue(value, 'N'));
  return Number.isFinite(number) ? number : 0;
}

function pair(name: string, value: number | undefined): [string, number][] {
  return value === undefined ? [] : [[name, value]];
}
