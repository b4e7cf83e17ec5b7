import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/environment.ts';

/**
 * Adds the variables of the `.env` file beside the configuration to an environment, in development only. A variable that
 * is set already wins. `SLUICE_ENV_FILE` names another file, and empty it means none. Returns the file that was read.
 * Throws a ConfigError for a file that is named and missing.
 */
export function loadEnvFile(environment: Record<string, string | undefined>): string | undefined {
  const file = environment.SLUICE_ENV_FILE ?? beside(environment);
  if (file === '') return undefined;
  if (!existsSync(file)) {
    if (environment.SLUICE_ENV_FILE === undefined) return undefined;
    throw new ConfigError(`environment: SLUICE_ENV_FILE: expected a file, found no ${file}. Correct or unset it.`);
  }
  for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) environment[name] ??= value;
  return file;
}

function beside({ SLUICE_CONFIG: config }: Environment): string {
  return config ? join(dirname(config), '.env') : '.env';
}
