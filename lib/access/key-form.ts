import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** As many digits as 32 bytes need, and as a CRC-32 needs. */
const secretDigits = 43;
const checksumDigits = 6;

const form = /^(sluice_(?:[a-z0-9]{1,16}_)?[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;
const labelForm = /^[a-z0-9]{1,16}$/;

/**
 * A fresh client key: `sluice_`, a label and `_` where one is given, 32 random bytes, `_`, the CRC-32 of all that stands
 * before it; numbers in base 62 with leading zeros. The beginning lets scanners find a key that was let out, the
 * checksum lets anyone tell a typing error from a key without asking.
 * Throws a RangeError for a label that is not 1 to 16 small letters and digits.
 */
export function freshKey(label?: string): string {
  if (label !== undefined && !labelForm.test(label))
    throw new RangeError('a label must have 1 to 16 lowercase letters and digits');
  const secret = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), secretDigits);
  const named = label === undefined ? `sluice_${secret}` : `sluice_${label}_${secret}`;
  return `${named}_${checksum(named)}`;
}

/** Has this text the form of our keys, and a checksum that is not its own? Any other text may be a key of the operator's. */
export function isBrokenKey(text: string): boolean {
  const [, named, found] = form.exec(text) ?? [];
  return named !== undefined && found !== checksum(named);
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), checksumDigits);
}

function base62(value: bigint, digits: number): string {
  let text = '';
  for (let rest = value; text.length < digits; rest /= 62n) text = alphabet[Number(rest % 62n)] + text;
  return text;
}
