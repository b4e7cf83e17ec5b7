import { createHash, timingSafeEqual } from 'node:crypto';
import { SluiceError } from '../stream/errors.ts';
import { isBrokenKey } from './key-form.ts';

/** A client key as it is kept: never the key itself. */
export interface KeyRecord {
  readonly id: string;
  /** SHA-256 of the key, in hexadecimal. Keys are long and random, so that a slow hash would add nothing. */
  readonly sha256: string;
  /** Names of models that the key may use; `*` is all. */
  readonly models: readonly string[];
  /** From when on the key is no longer let in, in milliseconds since 1970. */
  readonly expires?: number | undefined;
  /** A key that was taken back. Its record stays, so that its id means nobody else. */
  readonly disabled?: boolean | undefined;
  readonly limits?: KeyLimits | undefined;
}

/** What a key may use. What is left out is not limited. */
export interface KeyLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  /** Answers in progress at the same time, streamed or not. */
  readonly concurrentStreams?: number | undefined;
  /** In USD; a day begins at 00:00 UTC. */
  readonly dollarsPerDay?: number | undefined;
}

/** The digest under which a key is kept. */
export function keyDigest(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Headers that may carry a client key, each as the key alone. */
const carriers: ((headers: Headers) => string | undefined)[] = [
  (headers) => /^Bearer +(\S.*)$/i.exec(headers.get('authorization') ?? '')?.[1],
  (headers) => headers.get('x-api-key') ?? undefined,
  (headers) => headers.get('api-key') ?? undefined,
];

/** Does a request carry anything that could be a key of ours? */
export function carriesKey(headers: Headers): boolean {
  return carriers.some((carrier) => carrier(headers));
}

export interface AuthenticateOptions {
  /** The key by which the request says that it is signed. */
  readonly signer?: string;
  /** Milliseconds since 1970; the time of this machine where nothing is said. */
  readonly now?: number;
}

/**
 * The record of the key that a request carries, whichever header carries it. Compares digests in constant time and looks
 * at every record; a key whose own checksum is wrong is compared with none. Throws `invalid_api_key` for no key, an
 * unknown one, two different ones, and one that has expired or was taken back.
 */
export function authenticateKey(
  headers: Headers,
  records: readonly KeyRecord[],
  { signer, now = Date.now() }: AuthenticateOptions = {},
): KeyRecord {
  const carried = [signer, ...carriers.map((carrier) => carrier(headers))];
  const keys = new Set(carried.filter((key) => key !== undefined && key !== ''));
  const [key] = keys;
  if (key === undefined) {
    throw new SluiceError(
      'invalid_api_key',
      'No API key provided. Send it as `Authorization: Bearer …`, `x-api-key` or `api-key`.',
    );
  }
  if (keys.size > 1) throw new SluiceError('invalid_api_key', 'The request has two different API keys. Send only one.');
  if (isBrokenKey(key)) {
    throw new SluiceError('invalid_api_key', 'The API key is malformed (bad checksum). Copy the whole key again.');
  }
  const digest = Buffer.from(keyDigest(key), 'hex');
  let found: KeyRecord | undefined;
  for (const record of records) {
    if (timingSafeEqual(digest, Buffer.from(record.sha256, 'hex'))) found = record;
  }
  if (!found) throw new SluiceError('invalid_api_key', 'Unknown API key. Use a key of this gateway, not a provider key.');
  if (found.disabled) throw new SluiceError('invalid_api_key', 'This API key was revoked. Ask the operator for a new one.');
  if (found.expires !== undefined && now >= found.expires)
    throw new SluiceError('invalid_api_key', 'This API key has expired. Ask the operator for a new one.');
  return found;
}

/** May this key use this model? Throws `model_not_allowed` if not. */
export function authorize(record: KeyRecord, model: string): void {
  if (record.models.includes('*') || record.models.includes(model)) return;
  throw new SluiceError('model_not_allowed', `This API key may not use the model \`${model}\`.`, { param: 'model' });
}
