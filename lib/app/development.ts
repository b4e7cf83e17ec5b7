import { existsSync } from 'node:fs';
import type { KeyRecord } from '../access/keys.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/environment.ts';
import { listedKeyRecords } from '../config/key-store.ts';
import { checkConfig, loadConfig } from '../config/load-config.ts';
import { isLoopbackAddress } from '../config/loopback-address.ts';
import type { Config } from '../config/schema.ts';
import { environmentKeys } from './environment-keys.ts';
import { readPort } from './listen-address.ts';

/** What the dev server reads from its environment. */
export interface Development {
  readonly config: Config;
  /** The source of the configuration, for messages. */
  readonly file: string;
  readonly port: number;
  readonly hostname: string;
  /** `undefined` if no key is set. Then only loopback clients are accepted. */
  readonly keys: readonly KeyRecord[] | undefined;
}

const defaultFile = 'sluice.config.ts';

/** Reads `PORT`, `HOST`, `SLUICE_CONFIG` and `SLUICE_KEYS`. Throws a ConfigError that names the variable. */
export async function readDevelopment(environment: Environment): Promise<Development> {
  const file = environment.SLUICE_CONFIG || defaultFile;
  const config = environment.SLUICE_CONFIG || existsSync(defaultFile) ? await loadConfig(file) : checkConfig({}, file);
  const keys = [...environmentKeys(environment.SLUICE_KEYS), ...listedKeyRecords(config)];
  const hostname = environment.HOST || '127.0.0.1';
  if (keys.length === 0 && !isLoopbackAddress(hostname)) {
    throw new ConfigError(
      `environment: HOST: expected a loopback address, since SLUICE_KEYS is not set, found ${hostname}. Set SLUICE_KEYS or unset HOST.`,
    );
  }
  return { config, file, hostname, port: readPort(environment.PORT), keys: keys.length > 0 ? keys : undefined };
}
