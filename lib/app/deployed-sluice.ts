import { dynamodbStore } from '../access/limits/dynamodb-store.ts';
import type { LimitStore } from '../access/limits/store.ts';
import { type AwsAccess, awsAccess } from '../aws/access.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/environment.ts';
import { checkConfig } from '../config/load-config.ts';
import type { Config, ConfigInput } from '../config/schema.ts';
import { rememberSecret } from '../redact/redact.ts';
import { secretsManager } from '../secrets/secrets-manager.ts';
import { secretFailureLog } from '../telemetry/secret-failure-log.ts';
import { type Clock, processClock } from '../time/clock.ts';
import { configuredProviders } from './configured-providers.ts';
import { deployedKeys } from './provider-keys.ts';
import { createSluice, type Sluice } from './sluice.ts';

/** What a deployed function runs on: the configuration it was built with, and what its environment gives it. */
export interface Deployment {
  readonly config: ConfigInput;
  readonly environment: Environment;
  /** Takes one line of the log. */
  readonly log: (line: string) => void;
  readonly clock?: Clock;
}

const file = 'sluice.config.ts';

/**
 * The providers' keys are read from Secrets Manager when they are first needed, never from the environment.
 * Throws a ConfigError when the configuration names what is not there, or lets nobody in.
 */
export function deployedSluice({ config: input, environment, log, clock = processClock() }: Deployment): Sluice {
  const config = checkConfig(input, file);
  if (config.keys.length === 0 && config.stack.auth === 'keys') {
    throw new ConfigError(
      `${file}: keys: expected at least one client key, since the functions answer nobody without one; found none. Make one: npm run keys -- create app`,
    );
  }
  const { SLUICE_ORIGIN_SECRET: originSecret } = environment;
  if (originSecret === '') {
    throw new ConfigError(
      'environment: SLUICE_ORIGIN_SECRET: expected the secret that the distribution sends, found an empty one. Deploy again, or unset it where there is no distribution.',
    );
  }
  if (originSecret) rememberSecret(originSecret);
  const access = awsAccess(environment, clock);
  const limitStore = sharedStore(config, environment, access);
  const secrets = secretsManager({
    access,
    random: Math.random,
    onFailure: secretFailureLog({ config, log }),
  });
  return createSluice({
    config,
    file,
    clock,
    providers: configuredProviders(config, environment, file, deployedKeys(secrets)),
    namedOnly: bedrockProviders(config),
    keys: config.keys,
    ...(limitStore && { limitStore }),
    originSecret,
    log,
    metrics: true,
  });
}

/** The table that all environments share; `undefined` where each of them counts for itself. */
function sharedStore({ limits }: Config, { SLUICE_TABLE: table }: Environment, access: AwsAccess): LimitStore | undefined {
  if (limits.store !== 'dynamodb') return undefined;
  if (table) return dynamodbStore({ access, table, random: Math.random });
  throw new ConfigError(
    'environment: SLUICE_TABLE: expected the name of a DynamoDB table, since `limits.store` is "dynamodb"; found nothing. Set it, or deploy with the stack, which does.',
  );
}

/** The role of the functions may call only the models that the configuration names. */
function bedrockProviders({ providers }: Config): Set<string> {
  const ofKind = Object.keys(providers).filter((name) => providers[name]?.kind === 'bedrock');
  return new Set(['bedrock', ...ofKind]);
}
