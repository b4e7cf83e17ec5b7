import type { FunctionUrlEvent } from './event.ts';

/** Requests with these methods have no body, whatever was sent. */
const bodiless = new Set(['GET', 'HEAD']);

/**
 * The request of a function URL event, with the host and path that the client used and signed. Throws a TypeError for
 * an invalid method, host or header.
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

/** A header value as a server reads it: one character per UTF-8 byte. */
function asBytes(value: string): string {
  return /[^\0-\xff]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;
}
