import { createHash, timingSafeEqual } from 'node:crypto';

/** The header with which CloudFront proves that a request came through it. */
export const originSecretHeader = 'x-sluice-origin';

/** The host that the client used, because CloudFront calls the function under another host. */
export const viewerHostHeader = 'x-sluice-host';

/** True if this request came through CloudFront. Compares in constant time. */
export function hasOriginSecret(headers: Headers, secret: string): boolean {
  return timingSafeEqual(digest(headers.get(originSecretHeader) ?? ''), digest(secret));
}

/** Has a fixed length, whatever the length of the text. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
