import { deployedSluice } from '../lib/app/deployed-sluice.ts';
import { environmentKeys } from '../lib/app/environment-keys.ts';
import type { Environment } from '../lib/config/environment.ts';
import type { ConfigInput } from '../lib/config/schema.ts';
import type { Fetch } from '../lib/http/node-server.ts';
import { allFunctions } from './all.ts';

export interface EmbedSettings {
  /** As in `sluice.config.ts`. */
  readonly config: ConfigInput;
  /** Holds the providers' keys, and the client keys as `SLUICE_KEYS`. Default: the environment of the process. */
  readonly environment?: Environment;
  /** Writes one log entry, which is JSON. Default: standard output. */
  readonly log?: (line: string) => void;
}

export interface EmbeddedSluice {
  /** Handles a request whose path starts where a base URL ends: `/v1/chat/completions`, `/v1/messages` … */
  readonly fetch: Fetch;
}

/**
 * Creates a gateway inside another server, which mounts `fetch` under a path of its own. Every client needs a key.
 * Throws a ConfigError if the configuration is wrong or there is no client key.
 */
export function createSluice({ config, environment = process.env, log = print }: EmbedSettings): EmbeddedSluice {
  const clientKeys = environmentKeys(environment.SLUICE_KEYS);
  const sluice = deployedSluice({ config, environment, log, clientKeys, providerKeys: 'environment', metrics: false });
  return { fetch: allFunctions(sluice) };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
