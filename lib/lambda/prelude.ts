import type { Prelude } from './runtime.ts';

/** The platform does its own framing, and `set-cookie` has a separate field. */
const leftOut = new Set(['set-cookie', 'content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/** Status, headers and cookies of a response. */
export function preludeOf(response: Response): Prelude {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(
      [...response.headers].filter(([name]) => !leftOut.has(name)).map(([name, value]) => [name, asText(value)]),
    ),
    cookies: response.headers.getSetCookie().map(asText),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A header value has one character per byte, but the prelude is text that is sent as UTF-8. UTF-8 bytes are decoded
 * first, otherwise they would be encoded twice.
 */
function asText(value: string): string {
  if (/^[\0-\x7f]*$/.test(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
