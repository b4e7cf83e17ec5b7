import type { ConfigInput } from './schema.ts';

/** Gives `sluice.config.ts` its types. The value is validated when it is loaded. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
