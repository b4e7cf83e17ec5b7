import type { FunctionUrlEvent } from './event.ts';

/** Of these a request has no body, whatever was sent. */
const bodiless = new Set(['GET', 'HEAD']);

/**
 * The request that a function URL was asked, with host and path as its client saw and signed them.
 * Throws a TypeError for a method, a host or a header that no request can have.
 */
export function requestOf(event: FunctionUrlEvent, signal: AbortSignal): Request {
  const { rawPath, rawQueryString, requestContext, cookies } = event;
  const { method } = requestContext.http;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) headers.append(name, asBytes(value));
  if (cookies.length > 0) headers.set('cookie', asBytes(cookies.join('; ')));
  const host = headers.get('host') ?? requestContext.domainName ?? 'localhost';
  const query = rawQueryString === '' ? '' : `?${rawQueryString.replaceAll('#', '%23')}`;
  const url = new URL(`https://${host}${rawPath.replace(/[?#]/g, encodeURIComponent)}${query}`);
  return new Request(url, { method, headers, signal, ...(!bodiless.has(method.toUpperCase()) && { body: bodyOf(event) }) });
}

function bodyOf({ body, isBase64Encoded }: FunctionUrlEvent): Uint8Array<ArrayBuffer> | null {
  if (body === undefined || body === null) return null;
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/** A header's value as a server reads it: each byte of its UTF-8 a character, where it has others than those. */
function asBytes(value: string): string {
  return /[^\0-\xff]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;
}
