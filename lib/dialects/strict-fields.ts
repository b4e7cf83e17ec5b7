import { SluiceError } from '../stream/errors.ts';
import { isObject, type Json, type JsonObject } from '../stream/json.ts';

/**
 * Reads a provider's objects field by field. Missing members are allowed (null counts as missing), wrong types are
 * not. Each function throws `upstream_protocol_error` with the field name for a value of another type.
 */

/** A string. `''` if missing. */
export function strictText(parent: JsonObject, name: string): string {
  const value = parent[name];
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  throw wrongType(name, 'text');
}

export function strictObject(parent: JsonObject, name: string): JsonObject | undefined {
  const value = parent[name];
  if (isObject(value)) return value;
  if (value === undefined || value === null) return undefined;
  throw wrongType(name, 'an object');
}

/** A list of objects. Empty if missing. */
export function strictObjects(parent: JsonObject, name: string): JsonObject[] {
  const value = parent[name];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every(isObject)) return value as JsonObject[];
  throw wrongType(name, 'a list of objects');
}

/** An integer from 0 to `max`. */
export function strictIndex(parent: JsonObject, name: string, max = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = parent[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw wrongType(name, `an integer from 0 to ${max}`);
}

/** A count, or `undefined` for anything else. Invalid usage never breaks an answer. */
export function countOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function wrongType(name: string, expected: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider sent a \`${name}\` that is not ${expected}.`);
}
