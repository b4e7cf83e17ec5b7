import { createHash, timingSafeEqual } from 'node:crypto';
import { SluiceError } from '../stream/errors.ts';

/** A client key as it is kept: never the key itself. */
export interface KeyRecord {
  readonly id: string;
  /** SHA-256 of the key, in hexadecimal. Keys are long and random, so that a slow hash would add nothing. */
  readonly sha256: string;
  /** Names of models that the key may use; `*` is all. */
  readonly models: readonly string[];
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

/**
 * The record of the key that a request carries, whichever header carries it; `signer` is the key by which it says that
 * it is signed. Compares digests in constant time and looks at every record. Throws `invalid_api_key` for none, an
 * unknown one, or two different ones.
 */
export function authenticate(headers: Headers, records: readonly KeyRecord[], signer?: string): KeyRecord {
  const carried = [signer, ...carriers.map((carrier) => carrier(headers))];
  const keys = new Set(carried.filter((key) => key !== undefined && key !== ''));
  const [key] = keys;
  if (key === undefined) {
    throw new SluiceError(
      'invalid_api_key',
      'No API key was given. Send it as `Authorization: Bearer …`, `x-api-key` or `api-key`.',
    );
  }
  if (keys.size > 1) throw new SluiceError('invalid_api_key', 'Two different API keys were given. Send one.');
  const digest = Buffer.from(keyDigest(key), 'hex');
  let found: KeyRecord | undefined;
  for (const record of records) {
    if (timingSafeEqual(digest, Buffer.from(record.sha256, 'hex'))) found = record;
  }
  if (!found)
    throw new SluiceError(
      'invalid_api_key',
      'The API key is not known here. Check that it is a key of this gateway, not of a provider.',
    );
  return found;
}

/** May this key use this model? Throws `model_not_allowed` if not. */
export function authorize(record: KeyRecord, model: string): void {
  if (record.models.includes('*') || record.models.includes(model)) return;
  throw new SluiceError('model_not_allowed', `This API key may not use the model \`${model}\`.`, { param: 'model' });
}
