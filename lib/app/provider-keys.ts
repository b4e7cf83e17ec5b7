import type { Environment } from '../config/environment.ts';
import type { ProviderConfig } from '../config/schema.ts';
import { fixedKey, type KeySource } from '../providers/key-source.ts';
import type { ProviderPreset } from '../providers/presets.ts';
import { rememberSecret } from '../redact/redact.ts';
import { SluiceError } from '../stream/errors.ts';
import { secretNameOf } from './provider-secrets.ts';

/** The keys available to a process. Development and deployments differ here. Nothing is read before a key is needed. */
export interface ProviderKeys {
  /** The key of this provider. No key for a provider that needs none. */
  of(provider: string, entry: ProviderConfig, record: ProviderPreset): KeySource;
  /** True if this provider is enabled although the configuration doesn't list it. */
  enables(provider: string, record: ProviderPreset): boolean;
}

/** The part of Secrets Manager that is used here. */
export type Secrets = (secretName: string) => KeySource;

/**
 * Development: keys come from the environment and enable their providers. A provider with `key: { secret }` reads it
 * from there.
 */
export function developmentKeys(environment: Environment, secrets: Secrets): ProviderKeys {
  return {
    of(provider, { key }, record) {
      if (key && 'secret' in key) return secrets(key.secret);
      const variable = key?.env ?? record.environment?.key;
      return variable ? environmentKey(variable, environment, provider) : fixedKey();
    },
    enables(provider, record) {
      if (provider === 'bedrock') return bedrockVariables.some((variable) => environment[variable]);
      const { key = '', baseUrl = '' } = record.environment ?? {};
      return Boolean(environment[key] && (record.baseUrl || environment[baseUrl]));
    },
  };
}

/** Deployed: every key is in Secrets Manager. Bedrock needs none and is always available to the function role. */
export function deployedKeys(secrets: Secrets, stack: string): ProviderKeys {
  return {
    of(provider, entry, record) {
      const secretName = secretNameOf(stack, provider, entry, record);
      return secretName === undefined ? fixedKey() : secrets(secretName);
    },
    enables: (provider) => provider === 'bedrock',
  };
}

/** Any of these variables means that AWS credentials or an endpoint are available. */
const bedrockVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ACCESS_KEY',
  'AWS_PROFILE',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_ENDPOINT_URL_BEDROCK_RUNTIME',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];

function environmentKey(variable: string, environment: Environment, provider: string): KeySource {
  return {
    async read() {
      const key = environment[variable]?.trim();
      if (!key) {
        throw new SluiceError('provider_secret_unavailable', `The key of provider \`${provider}\` is not set. Set ${variable}.`);
      }
      rememberSecret(key);
      return key;
    },
    refresh: async () => false,
  };
}
