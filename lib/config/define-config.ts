import type { ConfigInput } from './schema.ts';

/** Gives `sluice.config.ts` its types; the value is checked when it is loaded. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
