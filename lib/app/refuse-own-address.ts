import { ConfigError } from '../config/config-error.ts';
import { pathText } from '../config/diagnostic.ts';
import type { Environment } from '../config/environment.ts';
import { isLoopbackAddress } from '../config/loopback-address.ts';
import type { Config } from '../config/schema.ts';

/** Where base URLs of providers come from. */
export interface BaseUrls {
  readonly environment: Environment;
  readonly config: Config;
  readonly file: string;
}

/**
 * Rejects a base URL that points to this server on this port, because it would call itself forever. Throws a
 * ConfigError that names the variable or the provider.
 */
export function refuseOwnAddress({ environment, config, file }: BaseUrls, port: number): void {
  for (const [variable, value] of Object.entries(environment)) {
    if (!/(_BASE_URL|_URL|ENDPOINT_URL_BEDROCK_RUNTIME)$/.test(variable) || !isOwn(value, port)) continue;
    throw new ConfigError(
      `environment: ${variable}: expected the address of a provider, found ${value}, which is this server. Unset it here. Only clients need it.`,
    );
  }
  for (const [name, { baseUrl }] of Object.entries(config.providers)) {
    if (!isOwn(baseUrl, port)) continue;
    throw new ConfigError(
      `${file}: ${pathText(['providers', name, 'baseUrl'])}: expected the address of a provider, found ${baseUrl}, which is this server. Correct it or set PORT to another number.`,
    );
  }
}

function isOwn(value: string | undefined, port: number): boolean {
  const url = URL.parse(value ?? '');
  if (!url) return false;
  const usualPort = url.protocol === 'https:' ? '443' : '80';
  return isLoopbackAddress(url.hostname) && (url.port || usualPort) === String(port);
}
