import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A fresh id: `prefix` and 24 letters and digits. */
export function freshId(prefix: string): string {
  return prefix + Array.from(randomBytes(24), (byte) => alphabet[byte % alphabet.length]).join('');
}
