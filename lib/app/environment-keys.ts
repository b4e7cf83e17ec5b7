import { type KeyRecord, keyDigest } from '../access/keys.ts';
import { ConfigError } from '../config/config-error.ts';
import { rememberSecret } from '../redact/redact.ts';

/** The client keys in `SLUICE_KEYS`, separated by commas. Throws a ConfigError for a key that is too short. */
export function environmentKeys(value: string | undefined): KeyRecord[] {
  const keys = (value ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  const short = keys.find((key) => key.length < 8);
  if (short !== undefined) {
    throw new ConfigError(
      `environment: SLUICE_KEYS: expected keys of at least eight characters, found one of ${short.length}. Use a longer one.`,
    );
  }
  for (const key of keys) rememberSecret(key);
  return keys.map((key, index) => ({ id: `SLUICE_KEYS[${index}]`, sha256: keyDigest(key), models: ['*'] }));
}
