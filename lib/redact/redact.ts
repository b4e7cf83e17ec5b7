import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import { formsOf } from './encoded-forms.ts';

/**
 * What keys of known makers look like, ours among them, for those that never passed through us: a provider may quote one in an error.
 * Texts of JSON are read too, where what stands before a key may be a line break in the form of `\n`.
 * A token of three parts begins where no such character stands before it, so that each run of them is read once.
 */
const keyPatterns =
  /(?:\b|(?<=\\[bfnrt]))(?:sk-[\w-]{8,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|xox[a-z]-[\w-]{8,}|(?:gsk|hf)_\w{8,}|(?:xai|pplx)-\w{16,}|sluice_(?:[a-z0-9]{1,16}_)?[0-9A-Za-z]{43}_[0-9A-Za-z]{6})|(?:(?<![\w-])|(?<=\\[bfnrt]))eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g;

/** Credentials that are renewed come again and again; of so many, the oldest is forgotten. */
const maxKnown = 256;

const known = new Map<string, readonly string[]>();

/** From now on this value is blotted out of every text that leaves, encoded or not. Values too short to be a key are not. */
export function rememberSecret(value: string): void {
  if (value.length < 8 || known.has(value)) return;
  known.set(value, formsOf(value));
  if (known.size <= maxKnown) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}

/** The text with every known secret, and everything that looks like a key, blotted out. */
export function redact(text: string): string {
  let redacted = text;
  for (const forms of known.values()) {
    for (const form of forms) if (redacted.includes(form)) redacted = redacted.replaceAll(form, '[concealed]');
  }
  return redacted.replace(keyPatterns, '[concealed]');
}

/** The same failure, fit to leave: its message, its field and the provider's body without secrets. */
export function redactError(error: SluiceError): SluiceError {
  const { kind, param, retryAfterMs, upstream, cause } = error;
  const body = upstream?.body && (JSON.parse(redact(JSON.stringify(upstream.body))) as JsonObject);
  return new SluiceError(kind, redact(error.message), {
    ...(param !== undefined && { param: redact(param) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(upstream && { upstream: { ...upstream, ...(body && { body }) } }),
    cause,
  });
}
