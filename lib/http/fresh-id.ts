import { randomFillSync } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const length = 24;

/** Random bytes for the next ids. One system call fills the pool for many ids. */
const pool = Buffer.alloc(length * 128);
let used = pool.length;

/** A fresh id: `prefix` and 24 letters and digits. */
export function freshId(prefix: string): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let id = prefix;
  for (const end = used + length; used < end; used++) id += alphabet[(pool[used] ?? 0) % alphabet.length];
  return id;
}
