import type { Prelude } from './runtime.ts';

/** The platform frames the body by itself; `set-cookie` has a place of its own. */
const leftOut = new Set(['set-cookie', 'content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/** Status, headers and cookies of an answer. */
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
 * A header's value is bytes, each a character here, and the prelude is text that goes out as UTF-8: bytes that are
 * UTF-8 must become the text that they stand for, or they would be encoded twice.
 */
function asText(value: string): string {
  if (/^[\0-\x7f]*$/.test(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
