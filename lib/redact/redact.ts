import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import { formsOf } from './encoded-forms.ts';

/**
 * Patterns of the keys of known vendors and of our own keys. They catch keys that never passed through Sluice, such
 * as one that a provider quotes in an error. The text may be JSON, where `\n` can precede a key. A three-part token
 * may only start after a character that can't be part of one, so the regular expression reads each run of characters
 * once.
 */
const keyPatterns =
  /(?:\b|(?<=\\[bfnrt]))(?:sk-[\w-]{8,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|xox[a-z]-[\w-]{8,}|(?:gsk|hf)_\w{8,}|(?:xai|pplx)-\w{16,}|sluice_(?:[a-z0-9]{1,16}_)?[0-9A-Za-z]{43}_[0-9A-Za-z]{6})|(?:(?<![\w-])|(?<=\\[bfnrt]))eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g;

/**
 * A key that its provider has masked. OpenAI quotes `sk-proj-****abcd` in its errors, and others do the same. A part of a
 * key without a mask looks like any other text, so it is not redacted.
 */
const maskedKeys = /(?<![\w-])[\w-]{2,24}\*{3,}[\w-]{0,12}/g;

/** Temporary credentials are renewed again and again. Above this number the oldest value is dropped. */
const maxKnown = 256;

const known = new Map<string, readonly string[]>();

/**
 * Redacts this value from now on in every text that leaves the process, encoded or not. Ignores values that are too
 * short to be a key.
 */
export function rememberSecret(value: string): void {
  if (value.length < 8 || known.has(value)) return;
  known.set(value, formsOf(value));
  if (known.size <= maxKnown) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}

/** The text with every known secret, and everything that looks like a key, redacted. */
export function redact(text: string): string {
  let redacted = text;
  for (const forms of known.values()) {
    for (const form of forms) if (redacted.includes(form)) redacted = redacted.replaceAll(form, '[redacted]');
  }
  redacted = redacted.replace(keyPatterns, '[redacted]');
  // Most texts have no mask, and the search for one costs more than all the rest.
  return redacted.includes('***') ? redacted.replace(maskedKeys, '[redacted]') : redacted;
}

/** The same error with its message, field and provider body redacted. */
export function redactError(error: SluiceError): SluiceError {
  const { kind, publicMessage, param, details, retryAfterMs, upstream, cause } = error;
  const body = upstream?.body && (JSON.parse(redact(JSON.stringify(upstream.body))) as JsonObject);
  return new SluiceError(kind, redact(error.message), {
    ...(publicMessage !== undefined && { publicMessage: redact(publicMessage) }),
    ...(param !== undefined && { param: redact(param) }),
    ...(details && { details }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(upstream && { upstream: { ...upstream, ...(body && { body }) } }),
    cause,
  });
}
