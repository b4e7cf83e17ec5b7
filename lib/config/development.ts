import { existsSync } from 'node:fs';
import { type KeyRecord, keyDigest } from '../access/keys.ts';
import { rememberSecret } from '../secrets/conceal.ts';
import { ConfigError } from './config-error.ts';
import { readPort } from './listen-at.ts';
import { checkConfig, loadConfig } from './load-config.ts';
import type { Environment } from './providers.ts';
import type { Config } from './schema.ts';

/** What the dev server reads from its environment. */
export interface Development {
  readonly config: Config;
  /** Where the configuration came from, for messages. */
  readonly file: string;
  readonly port: number;
  readonly hostname: string;
  /** `undefined` when no key is set: then only loopback is served. */
  readonly keys: readonly KeyRecord[] | undefined;
}

const defaultFile = 'sluice.config.ts';

/** Reads `PORT`, `HOST`, `SLUICE_CONFIG` and `SLUICE_KEYS`. Throws a ConfigError that names the variable. */
export async function readDevelopment(environment: Environment): Promise<Development> {
  const file = environment.SLUICE_CONFIG || defaultFile;
  const config = environment.SLUICE_CONFIG || existsSync(defaultFile) ? await loadConfig(file) : checkConfig({}, file);
  const keys = [...environmentKeys(environment.SLUICE_KEYS), ...config.keys];
  const hostname = environment.HOST || '127.0.0.1';
  if (keys.length === 0 && !isLoopback(hostname)) {
    throw new ConfigError(
      `environment: HOST: expected a loopback address, since no SLUICE_KEYS are set; found ${hostname}. Set SLUICE_KEYS, or leave HOST unset.`,
    );
  }
  return { config, file, hostname, port: readPort(environment.PORT), keys: keys.length > 0 ? keys : undefined };
}

function environmentKeys(value: string | undefined): KeyRecord[] {
  const keys = (value ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  const short = keys.find((key) => key.length < 8);
  if (short !== undefined) {
    throw new ConfigError(
      `environment: SLUICE_KEYS: expected keys of eight characters or more, found one of ${short.length}. Use a longer one.`,
    );
  }
  for (const key of keys) rememberSecret(key);
  return keys.map((key, index) => ({ id: `SLUICE_KEYS[${index}]`, sha256: keyDigest(key), models: ['*'] }));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || /^127\./.test(hostname);
}

/** A base URL that leads back to this server would ask itself for ever. Throws a ConfigError that names the variable. */
export function refuseOwnAddress(environment: Environment, port: number): void {
  for (const [variable, value] of Object.entries(environment)) {
    if (!value || !/(_BASE_URL|_URL|ENDPOINT_URL_BEDROCK_RUNTIME)$/.test(variable) || !URL.canParse(value)) continue;
    const url = new URL(value);
    const urlPort = url.port || (url.protocol === 'https:' ? '443' : '80');
    if ((isLoopback(url.hostname) || url.hostname === '[::1]') && urlPort === String(port)) {
      throw new ConfigError(
        `environment: ${variable}: expected a provider's address, found ${value}, which is this server. Unset it here; it is for clients.`,
      );
    }
  }
}
