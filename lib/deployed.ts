import { checkConfig } from './config/load-config.ts';
import { configuredProviders, type Environment } from './config/providers.ts';
import type { ConfigInput } from './config/schema.ts';
import { createSluice, type Sluice } from './sluice.ts';

/** What a deployed function runs on: the configuration it was built with, and what its environment gives it. */
export interface Deployment {
  readonly config: ConfigInput;
  readonly environment: Environment;
  /** Takes one line of the log. */
  readonly log: (line: string) => void;
}

const file = 'sluice.config.ts';

/** Throws a ConfigError when the configuration names what is not there. */
export function deployedSluice({ config: input, environment, log }: Deployment): Sluice {
  const config = checkConfig(input, file);
  return createSluice({
    config,
    file,
    providers: configuredProviders(config, environment, file),
    keys: config.keys,
    log,
    metrics: true,
  });
}
