import { isObject, type Json, type JsonObject } from '../stream/json.ts';

/**
 * A request that an emulated provider rejects. Each provider formats it in its own way. It stays inside the emulator,
 * which simulates the other side of the network and doesn't use our own errors.
 */
export class Refusal extends Error {
  readonly status: number;
  /** The field at fault, in the provider's spelling. */
  readonly param: string | undefined;
  /** The provider's error code, if the status doesn't determine it. */
  readonly code: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  /** An empty message stands for the provider's usual message for this status. */
  constructor(status: number, message: string, details: { param?: string; code?: string; retryAfterSeconds?: number } = {}) {
    super(message);
    this.status = status;
    this.param = details.param;
    this.code = details.code;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** Rejects the request (400) unless this condition is true. */
export function must(holds: unknown, message: string, param?: string): asserts holds {
  if (!holds) throw new Refusal(400, message, { ...(param !== undefined && { param }) });
}

/** The objects of a list. Rejects anything else with `path` and the found value. Missing and null are an empty list. */
export function objects(value: Json | undefined, path: string): JsonObject[] {
  if (value === undefined || value === null) return [];
  must(Array.isArray(value), `${path}: expected an array`, path);
  return value.map((item, index) => {
    must(isObject(item), `${path}.${index}: expected an object`, `${path}[${index}]`);
    return item;
  });
}

/** The strings of a list, or a single string as a list. */
export function strings(value: Json | undefined, path: string): string[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    must(typeof item === 'string', `${path}: expected strings`, path);
    return item;
  });
}

/** A positive integer, if present. */
export function limit(value: Json | undefined, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  must(typeof value === 'number' && Number.isInteger(value) && value >= 1, `${path}: expected an integer of at least 1`, path);
  return value;
}
