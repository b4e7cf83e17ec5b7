import defaultPrices from '#prices';
import { dynamodbKeys } from '../access/dynamodb-keys.ts';
import type { KeyRecord } from '../access/keys.ts';
import { dynamodbStore } from '../access/limits/dynamodb-store.ts';
import { awsAccess } from '../aws/access.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/environment.ts';
import { keysAreInTable, listedKeyRecords, needsTable } from '../config/key-store.ts';
import { checkConfig } from '../config/load-config.ts';
import { targetedProviders } from '../config/named-targets.ts';
import type { Config, ConfigInput } from '../config/schema.ts';
import { rememberSecret } from '../redact/redact.ts';
import { secretsManager } from '../secrets/secrets-manager.ts';
import { failureLine } from '../telemetry/failure-line.ts';
import { secretFailureLog } from '../telemetry/secret-failure-log.ts';
import { type Clock, processClock } from '../time/clock.ts';
import { bodyLimitFor } from './body-limit.ts';
import { configuredProviders } from './configured-providers.ts';
import { deployedKeys } from './provider-keys.ts';
import { createSluice, type Sluice } from './sluice.ts';
import { configuredStreams } from './streams.ts';

/** The inputs of a deployed function: the configuration from its build, and its environment. */
export interface Deployment {
  readonly config: ConfigInput;
  readonly environment: Environment;
  /** Writes one log entry. */
  readonly log: (line: string) => void;
  readonly clock?: Clock;
  /** Accepted client keys besides those of the configuration. */
  readonly clientKeys?: readonly KeyRecord[];
  /** Where provider keys are. Default: Secrets Manager. */
  readonly providerKeys?: 'secrets' | 'environment';
  /** Adds CloudWatch metrics to the log. Default: true. */
  readonly metrics?: boolean;
}

const file = 'sluice.config.ts';

/**
 * Creates the services of a deployed function. Provider keys come from Secrets Manager on first use, never from the
 * environment. Throws a ConfigError if the configuration refers to something that doesn't exist or allows no client.
 */
export function deployedSluice(deployment: Deployment): Sluice {
  return create(deployment).sluice;
}

/**
 * Like `deployedSluice`. Also loads the code of the configured providers and starts to read their keys. A function
 * awaits this while it initializes, because Lambda gives full processor speed then. Doesn't wait for the keys.
 */
export async function preparedSluice(deployment: Deployment): Promise<Sluice> {
  const { sluice, config, providers } = create(deployment);
  const configured = new Set([...Object.keys(config.providers), ...targetedProviders(config)]);
  await Promise.all([...providers.values()].map((provider) => configured.has(provider.name) && provider.prepare?.()));
  return sluice;
}

function create(deployment: Deployment) {
  const { config: input, environment, log, clock = processClock(), clientKeys = [] } = deployment;
  const checked = checkConfig(input, file);
  const config = { ...checked, bodyLimit: bodyLimitFor(checked.bodyLimit, environment) };
  const inTable = keysAreInTable(config);
  const records = [...listedKeyRecords(config), ...clientKeys];
  if (records.length === 0 && !inTable && config.stack.auth === 'keys') {
    throw new ConfigError(
      `${file}: keys: expected at least one client key, found none. Deployed functions reject requests without one. Create one: npm run keys -- create app`,
    );
  }
  const { SLUICE_ORIGIN_SECRET: originSecret } = environment;
  if (originSecret === '') {
    throw new ConfigError(
      'environment: SLUICE_ORIGIN_SECRET: expected the secret that the CloudFront distribution sends, found an empty value. Deploy again, or unset it if there is no distribution.',
    );
  }
  if (originSecret) rememberSecret(originSecret);
  const access = awsAccess(environment, clock);
  const table = needsTable(config) && { access, table: tableIn(environment), random: Math.random };
  const secrets = secretsManager({
    access,
    random: Math.random,
    onFailure: secretFailureLog({ config, log }),
  });
  const onFailure = (reason: unknown) => log(failureLine('keys', reason));
  const inSecrets = deployment.providerKeys !== 'environment';
  const keys = inSecrets ? deployedKeys(secrets, config.stack.name) : undefined;
  const providers = configuredProviders(config, environment, file, keys);
  const sluice = createSluice({
    config,
    defaultPrices,
    file,
    clock,
    providers,
    namedOnly: bedrockProviders(config),
    keys: records,
    ...(table && inTable && { keyDirectory: dynamodbKeys({ ...table, now: Date.now, onFailure }) }),
    ...(table && config.limits.store === 'dynamodb' && { limitStore: dynamodbStore(table) }),
    streams: configuredStreams(config.streams, { access, table: environment.SLUICE_TABLE, clock, log }),
    originSecret,
    hidesInternals: true,
    log,
    metrics: deployment.metrics ?? true,
  });
  return { sluice, config, providers };
}

/** The table that all environments share. Throws a ConfigError where the environment names none. */
function tableIn({ SLUICE_TABLE: table }: Environment): string {
  if (table) return table;
  throw new ConfigError(
    'environment: SLUICE_TABLE: expected the name of a DynamoDB table, since `limits.store`, `keys.store` or `streams.store` is "dynamodb", found nothing. Set it, or deploy with the stack, which sets it.',
  );
}

/** The function role may call only the models in the configuration. */
function bedrockProviders({ providers }: Config): Set<string> {
  const ofKind = Object.keys(providers).filter((name) => providers[name]?.kind === 'bedrock');
  return new Set(['bedrock', ...ofKind]);
}
