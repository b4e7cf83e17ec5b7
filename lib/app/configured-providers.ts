import { awsAccess } from '../aws/access.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/environment.ts';
import { targetedProviders } from '../config/named-targets.ts';
import type { Config, ProviderConfig } from '../config/schema.ts';
import { makeProvider } from '../providers/make-provider.ts';
import { type ProviderPreset, providerPresets } from '../providers/presets.ts';
import type { Provider } from '../providers/provider.ts';
import { rememberSecret } from '../redact/redact.ts';
import { secretsManager } from '../secrets/secrets-manager.ts';
import { processClock } from '../time/clock.ts';
import { developmentKeys, type ProviderKeys, type Secrets } from './provider-keys.ts';

/**
 * The providers that can be asked: those of the configuration, those that an alias names, and those that the keys at
 * hand enable (a laptop's, where nothing is said). A key that is missing is found out when the provider is first asked.
 * Throws a ConfigError for one that cannot be made.
 */
export function configuredProviders(
  config: Config,
  environment: Environment,
  file: string,
  keys: ProviderKeys = developmentKeys(environment, secretsIn(environment)),
): Map<string, Provider> {
  const providers = new Map<string, Provider>();
  for (const [name, entry] of Object.entries(config.providers)) {
    const record = providerPresets[name] ?? recordOfKind(name, entry, file);
    providers.set(name, configuredProvider(name, record, entry, { environment, file, keys }));
  }
  const targeted = targetedProviders(config);
  for (const [name, record] of Object.entries(providerPresets)) {
    if (providers.has(name) || !(targeted.has(name) || keys.enables(name, record))) continue;
    providers.set(name, configuredProvider(name, record, {}, { environment, file, keys }));
  }
  return providers;
}

/** Secrets Manager, for this environment's AWS credentials. */
function secretsIn(environment: Environment): Secrets {
  return secretsManager({ access: awsAccess(environment, processClock()), random: Math.random });
}

/** A provider of the operator's own naming has the ready record of its kind, if there is one, under that kind's name. */
function recordOfKind(name: string, { kind }: ProviderConfig, file: string): ProviderPreset {
  if (!kind) {
    const known = Object.keys(providerPresets).join(', ');
    throw new ConfigError(
      `${file}: providers.${name}.kind: expected a kind, since the name is none of ${known}; found nothing. Add one, such as "openai-compatible".`,
    );
  }
  return providerPresets[kind] ?? { kind };
}

function configuredProvider(
  name: string,
  record: ProviderPreset,
  entry: ProviderConfig,
  { environment, file, keys }: { environment: Environment; file: string; keys: ProviderKeys },
): Provider {
  const baseUrl = entry.baseUrl ?? (record.environment?.baseUrl && environment[record.environment.baseUrl]) ?? record.baseUrl;
  const kind = entry.kind ?? record.kind;
  if (!baseUrl && kind !== 'bedrock') {
    const orSet = record.environment?.baseUrl ? `, or set ${record.environment.baseUrl}` : '';
    throw new ConfigError(
      `${file}: providers.${name}.baseUrl: expected a URL, found nothing. Add the base URL of this provider's API${orSet}.`,
    );
  }
  const region = entry.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  const credentials = legacyCredentials(environment);
  return makeProvider({
    name,
    kind,
    ...(baseUrl && { baseUrl }),
    ...(region && { region }),
    ...(entry.api && { api: entry.api }),
    ...(credentials && { credentials }),
    quirks: { ...record.quirks, ...(entry.streamsTools === false && { streamsTools: false }) },
    ...(record.apis && { apis: record.apis }),
    key: keys.of(name, entry, record),
  });
}

/**
 * The pair of variables that the bedrock-anthropic package's users have. On Lambda a variable of this name is the
 * runtime's own and lacks its session token, so the pair counts only elsewhere, and only whole.
 */
function legacyCredentials(environment: Environment) {
  const { AWS_ACCESS_KEY: accessKeyId, AWS_SECRET_KEY: secretAccessKey, AWS_LAMBDA_FUNCTION_NAME: onLambda } = environment;
  if (onLambda || (!accessKeyId && !secretAccessKey)) return undefined;
  if (!accessKeyId)
    throw new ConfigError(
      'environment: AWS_ACCESS_KEY: expected a value, since AWS_SECRET_KEY is set; found nothing. Set both or neither.',
    );
  if (!secretAccessKey)
    throw new ConfigError(
      'environment: AWS_SECRET_KEY: expected a value, since AWS_ACCESS_KEY is set; found nothing. Set both or neither.',
    );
  rememberSecret(secretAccessKey);
  return { accessKeyId, secretAccessKey };
}
