import { createHash, timingSafeEqual } from 'node:crypto';

/** By what the distribution in front of a function shows that a request came through it. */
export const originSecretHeader = 'x-sluice-origin';

/** The host that the caller asked, where the distribution asks the function under another. */
export const viewerHostHeader = 'x-sluice-host';

/** Did this request come through the distribution? Decided in constant time. */
export function hasOriginSecret(headers: Headers, secret: string): boolean {
  return timingSafeEqual(digest(headers.get(originSecretHeader) ?? ''), digest(secret));
}

/** Of one length, whatever the text's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
