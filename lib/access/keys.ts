import { createHash } from 'node:crypto';
import { SluiceError } from '../stream/errors.ts';
import { isBrokenKey } from './key-form.ts';

/** A client key as stored. Never the key itself. */
export interface KeyRecord {
  readonly id: string;
  /** SHA-256 of the key, in hexadecimal. Keys are long and random, so a slow hash would add nothing. */
  readonly sha256: string;
  /** Model names that the key may use. `*` means all. */
  readonly models: readonly string[];
  /** When the key becomes invalid, in milliseconds since 1970. */
  readonly expires?: number | undefined;
  /** A revoked key. Its entry stays, so that its id is never used for another key. */
  readonly disabled?: boolean | undefined;
  /** `none` if nothing of the answers to this key may be stored. Without it, the configuration of `streams` decides. */
  readonly durability?: 'none' | undefined;
  readonly limits?: KeyLimits | undefined;
}

/** The limits of a key. A missing one means no limit. */
export interface KeyLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  /** Requests in progress at the same time, streamed or not. */
  readonly concurrentStreams?: number | undefined;
  /** In USD. A day begins at 00:00 UTC. */
  readonly dollarsPerDay?: number | undefined;
}

/** Where records of client keys are looked up. */
export interface KeyDirectory {
  /**
   * The record of the key with this SHA-256 digest, if there is one, whatever its state. `waitUntil` takes work that
   * must finish before the host freezes. Rejects with `keys_unavailable` where the records cannot be read.
   */
  find(sha256: string, waitUntil?: WaitUntil): Promise<KeyRecord | undefined>;
}

export type WaitUntil = (work: Promise<unknown>) => void;

/** The digest under which a key is stored. */
export function keyDigest(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Headers that may carry a client key, each with the key alone. */
const carriers: ((headers: Headers) => string | undefined)[] = [
  (headers) => /^Bearer +(\S.*)$/i.exec(headers.get('authorization') ?? '')?.[1],
  (headers) => headers.get('x-api-key') ?? undefined,
  (headers) => headers.get('api-key') ?? undefined,
];

/** True if a request has anything that may be one of our keys. */
export function carriesKey(headers: Headers): boolean {
  return carriers.some((carrier) => carrier(headers));
}

export interface AuthenticateOptions {
  /** The access key id in the signature of the request. */
  readonly signer?: string;
  /** Milliseconds since 1970. Default: the time of this machine. */
  readonly now?: number;
  /** Takes work that must finish before the host freezes. */
  readonly waitUntil?: WaitUntil | undefined;
}

/**
 * The entry of the key in a request, in whichever header it is. A key with a wrong checksum is not looked up at all.
 * Throws `invalid_api_key` for a missing, unknown, expired or revoked key and for two different ones, and
 * `keys_unavailable` if the directory can't be read.
 */
export async function authenticateKey(
  headers: Headers,
  directory: KeyDirectory,
  { signer, now = Date.now(), waitUntil }: AuthenticateOptions = {},
): Promise<KeyRecord> {
  const found = await directory.find(keyDigest(carriedKey(headers, signer)), waitUntil);
  if (!found) throw new SluiceError('invalid_api_key', 'Unknown API key. Use a key of this gateway, not a provider key.');
  if (found.disabled) throw new SluiceError('invalid_api_key', 'This API key was revoked. Ask the operator for a new one.');
  if (found.expires !== undefined && now >= found.expires)
    throw new SluiceError('invalid_api_key', 'This API key has expired. Ask the operator for a new one.');
  return found;
}

const howToSend =
  'Send a key of this gateway as `Authorization: Bearer …`, `x-api-key` or `api-key`. The operator creates one with `npm run keys -- create my-app`.';

/** What a request without a key has instead. */
function missingKey(headers: Headers): string {
  const authorization = headers.get('authorization')?.trim();
  if (!authorization) return 'No API key provided.';
  const [scheme = ''] = authorization.split(/\s+/);
  if (/^basic$/i.test(scheme)) return 'No API key provided. `Authorization: Basic` is not supported.';
  if (/^bearer$/i.test(scheme)) return 'No API key provided. `Authorization: Bearer` has no key behind it.';
  return authorization.includes(' ')
    ? 'No API key provided. The `Authorization` header has an unknown scheme.'
    : 'No API key provided. The `Authorization` header has no `Bearer` before its value.';
}

/** The one key that a request carries. */
function carriedKey(headers: Headers, signer: string | undefined): string {
  const candidates = [signer, ...carriers.map((carrier) => carrier(headers))];
  const keys = new Set(candidates.filter((key) => key !== undefined && key !== ''));
  const [key] = keys;
  if (key === undefined) {
    throw new SluiceError('invalid_api_key', `${missingKey(headers)} ${howToSend}`);
  }
  if (keys.size > 1) throw new SluiceError('invalid_api_key', 'The request has two different API keys. Send only one.');
  if (isBrokenKey(key)) {
    throw new SluiceError('invalid_api_key', 'The API key is malformed (bad checksum). Copy the whole key again.');
  }
  return key;
}

/** Throws `model_not_allowed` if this key may not use this model. */
export function authorize(record: KeyRecord, model: string): void {
  if (record.models.includes('*') || record.models.includes(model)) return;
  throw new SluiceError('model_not_allowed', `This API key may not use the model \`${model}\`.`, { param: 'model' });
}
