import { createHmac, timingSafeEqual } from 'node:crypto';
import type { StreamHead } from './stream-log.ts';

/** What the holder of a link may do. Everyone who has the link may read the stream. */
export interface LinkTerms {
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly mayCancel: boolean;
}

const form = /^(\d{1,12})\.(rc?)\.([\w-]{43})$/;

/**
 * Gives access to one stream without a key, until it expires. The secret that signs it belongs to the stream alone and is
 * stored with it. So no deployment has a secret to keep, every function can check a link, and a link ends with its stream.
 */
export function linkToken(head: StreamHead, { expiresAt, mayCancel }: LinkTerms): string {
  const terms = `${expiresAt}.${mayCancel ? 'rc' : 'r'}`;
  return `${terms}.${signature(head, terms).toString('base64url')}`;
}

/** What this token allows. `undefined` for one that is expired, malformed or of another stream. */
export function linkTerms(head: StreamHead, token: string, now: number): LinkTerms | undefined {
  const [, expires, rights, signed = ''] = form.exec(token) ?? [];
  if (head.linkSecret === '' || !timingSafeEqual(bytes(signed), signature(head, `${expires}.${rights}`))) return undefined;
  const expiresAt = Number(expires);
  return expiresAt * 1000 > now ? { expiresAt, mayCancel: rights === 'rc' } : undefined;
}

function signature({ id, generation, linkSecret }: StreamHead, terms: string): Buffer {
  return createHmac('sha256', linkSecret).update(`${id}.${generation}.${terms}`).digest();
}

/** As many bytes as a signature has, because those can be compared in constant time. */
function bytes(signed: string): Buffer {
  const all = Buffer.alloc(32);
  Buffer.from(signed, 'base64url').copy(all);
  return all;
}
