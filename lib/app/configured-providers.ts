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
import { givenRules } from './given-rules.ts';
import { developmentKeys, type ProviderKeys, type Secrets } from './provider-keys.ts';

/**
 * The usable providers: those of the configuration, those that an alias refers to, and those that an available key
 * enables (in development). A missing key is only detected on first use. Throws a ConfigError if a provider can't be
 * created.
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

/** Secrets Manager with the AWS credentials of this environment. */
function secretsIn(environment: Environment): Secrets {
  return secretsManager({ access: awsAccess(environment, processClock()), random: Math.random });
}

/** A provider with a custom name uses the preset of its kind, if there is one under the name of that kind. */
function recordOfKind(name: string, { kind }: ProviderConfig, file: string): ProviderPreset {
  if (!kind) {
    const known = Object.keys(providerPresets).join(', ');
    throw new ConfigError(
      `${file}: providers.${name}.kind: expected a kind, since the name is none of ${known}, found nothing. Add one, such as "openai-compatible".`,
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
    rules: { ...(entry.streamsTools === false && { tools: 'not-streamed' as const }), ...givenRules(entry.rules) },
    ...(record.quirks && { quirks: record.quirks }),
    ...(record.apis && { apis: record.apis }),
    key: keys.of(name, entry, record),
  });
}

/**
 * The two variables of the bedrock-anthropic package. On Lambda, the runtime sets a variable with this name and the
 * session token is missing, so the pair counts only elsewhere and only if it is complete.
 */
function legacyCredentials(environment: Environment) {
  const { AWS_ACCESS_KEY: accessKeyId, AWS_SECRET_KEY: secretAccessKey, AWS_LAMBDA_FUNCTION_NAME: onLambda } = environment;
  if (onLambda || (!accessKeyId && !secretAccessKey)) return undefined;
  if (!accessKeyId)
    throw new ConfigError(
      'environment: AWS_ACCESS_KEY: expected a value, since AWS_SECRET_KEY is set, found nothing. Set both or neither.',
    );
  if (!secretAccessKey)
    throw new ConfigError(
      'environment: AWS_SECRET_KEY: expected a value, since AWS_ACCESS_KEY is set, found nothing. Set both or neither.',
    );
  rememberSecret(secretAccessKey);
  return { accessKeyId, secretAccessKey };
}
