import { createHash, randomBytes } from 'node:crypto';
import { SluiceError } from '../stream/errors.ts';
import type { Json } from '../stream/json.ts';
import type { StreamAddress } from './stream-log.ts';

const prefix = 'str_';
const idBytes = 18;
const generationBytes = 6;
const form = /^str_([\w-]{24})([\w-]{8})$/;
const maxKeyCharacters = 255;

/**
 * A new address. With an idempotency key its id follows from the key and its holder, so that a second request with the
 * same key meets the first. The generation is always random: an id that is used again is another stream to its readers.
 */
export function newAddress(keyId: string, idempotencyKey?: string): StreamAddress {
  const id =
    idempotencyKey === undefined
      ? randomBytes(idBytes)
      : createHash('sha256').update(`${keyId}\0${idempotencyKey}`).digest().subarray(0, idBytes);
  return { id: id.toString('base64url'), generation: randomBytes(generationBytes).toString('base64url') };
}

/** The id that clients see. */
export function publicId({ id, generation }: StreamAddress): string {
  return `${prefix}${id}${generation}`;
}

/** The address for this id. `undefined` for text that is not an id. */
export function addressOf(publicId: string): StreamAddress | undefined {
  const [, id, generation] = form.exec(publicId) ?? [];
  return id !== undefined && generation !== undefined ? { id, generation } : undefined;
}

/**
 * The key in an `Idempotency-Key` header: the IETF draft wants it quoted, most clients send it bare, and both are the
 * same key. Throws `invalid_request` for one that can't be a key.
 */
export function idempotencyKeyIn(headers: Headers): string | undefined {
  const sent = headers.get('idempotency-key');
  if (sent === null) return undefined;
  const key = /^"(.*)"$/s.exec(sent.trim())?.[1] ?? sent.trim();
  if (key.length >= 1 && key.length <= maxKeyCharacters && /^[\x21-\x7e]+$/.test(key)) return key;
  throw new SluiceError(
    'invalid_request',
    `The \`Idempotency-Key\` header must have 1 to ${maxKeyCharacters} visible ASCII characters. It has ${key.length}. Send a UUID, for example.`,
    { param: 'Idempotency-Key' },
  );
}

/** A digest of what a request means: equal for bodies that differ only in the order of members or in white space. */
export function requestDigest(...parts: Json[]): string {
  return createHash('sha256').update(JSON.stringify(parts, sorted)).digest('base64url');
}

function sorted(_: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
