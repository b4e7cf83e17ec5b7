import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The number of digits for 32 bytes, and for a CRC-32. */
const secretDigits = 43;
const checksumDigits = 6;

const form = /^(sluice_(?:[a-z0-9]{1,16}_)?[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;
const labelForm = /^[a-z0-9]{1,16}$/;

/**
 * A fresh client key: `sluice_`, an optional label and `_`, 32 random bytes, `_`, and the CRC-32 of everything before
 * it. Numbers are in base 62 with leading zeros. Scanners can find leaked keys by the prefix, and the checksum
 * distinguishes a typo from an unknown key without a lookup. Throws a RangeError for a label that is not 1 to 16
 * lowercase letters and digits.
 */
export function freshKey(label?: string): string {
  if (label !== undefined && !labelForm.test(label))
    throw new RangeError('a label must have 1 to 16 lowercase letters and digits');
  const secret = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), secretDigits);
  const named = label === undefined ? `sluice_${secret}` : `sluice_${label}_${secret}`;
  return `${named}_${checksum(named)}`;
}

/**
 * True for a text in the form of our keys with a wrong checksum. Any other text may be a key that the operator chose.
 */
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
