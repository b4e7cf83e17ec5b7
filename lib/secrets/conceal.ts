import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';

/** What keys of known makers look like, for those that never passed through us: a provider may quote one in an error. */
const keyPatterns = /\b(?:sk-[\w-]{8,}|(?:AKIA|ASIA)[A-Z0-9]{16}|xox[a-z]-[\w-]{8,}|gsk_\w{8,}|eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+)/g;

const known = new Set<string>();

/** From now on this value is blotted out of every text that leaves. Values too short to be a key are not. */
export function rememberSecret(value: string): void {
  if (value.length >= 8) known.add(value);
}

/** The text with every known secret, and everything that looks like a key, blotted out. */
export function conceal(text: string): string {
  let concealed = text.replace(keyPatterns, '[concealed]');
  for (const secret of known) concealed = concealed.replaceAll(secret, '[concealed]');
  return concealed;
}

/** The same failure, fit to leave: its message and the provider's body without secrets. */
export function concealError(error: SluiceError): SluiceError {
  const { kind, param, retryAfterMs, upstream, cause } = error;
  const body = upstream?.body && (JSON.parse(conceal(JSON.stringify(upstream.body))) as JsonObject);
  return new SluiceError(kind, conceal(error.message), {
    ...(param !== undefined && { param }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(upstream && { upstream: { ...upstream, ...(body && { body }) } }),
    cause,
  });
}
