import { ConfigError } from '../config/config-error.ts';
import { pathText } from '../config/diagnostic.ts';
import type { Environment } from '../config/environment.ts';
import { isLoopbackAddress } from '../config/loopback-address.ts';
import type { Config } from '../config/schema.ts';

/** Where base URLs of providers stand. */
export interface BaseUrls {
  readonly environment: Environment;
  readonly config: Config;
  readonly file: string;
}

/**
 * A base URL that leads back to this server, on this port, would ask itself for ever. Throws a ConfigError that names
 * the variable or the provider.
 */
export function refuseOwnAddress({ environment, config, file }: BaseUrls, port: number): void {
  for (const [variable, value] of Object.entries(environment)) {
    if (!/(_BASE_URL|_URL|ENDPOINT_URL_BEDROCK_RUNTIME)$/.test(variable) || !isOwn(value, port)) continue;
    throw new ConfigError(
      `environment: ${variable}: expected a provider's address, found ${value}, which is this server. Unset it here; it is for clients.`,
    );
  }
  for (const [name, { baseUrl }] of Object.entries(config.providers)) {
    if (!isOwn(baseUrl, port)) continue;
    throw new ConfigError(
      `${file}: ${pathText(['providers', name, 'baseUrl'])}: expected a provider's address, found ${baseUrl}, which is this server. Correct it, or set PORT to another number.`,
    );
  }
}

function isOwn(value: string | undefined, port: number): boolean {
  const url = URL.parse(value ?? '');
  if (!url) return false;
  const usualPort = url.protocol === 'https:' ? '443' : '80';
  return isLoopbackAddress(url.hostname) && (url.port || usualPort) === String(port);
}
