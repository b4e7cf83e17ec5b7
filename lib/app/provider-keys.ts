import type { Environment } from '../config/environment.ts';
import type { ProviderConfig } from '../config/schema.ts';
import { givenKey, type KeySource } from '../providers/key-source.ts';
import type { ProviderPreset } from '../providers/presets.ts';
import { rememberSecret } from '../redact/redact.ts';
import { SluiceError } from '../stream/errors.ts';
import { secretNameOf } from './provider-secrets.ts';

/** The keys that a process has: what sets a laptop apart from a deployment. Nothing is read before a key is needed. */
export interface ProviderKeys {
  /** The key of this provider, or none for one that wants none. */
  of(provider: string, entry: ProviderConfig, record: ProviderPreset): KeySource;
  /** Is this provider, which the configuration does not name, enabled all the same? */
  enables(provider: string, record: ProviderPreset): boolean;
}

/** Secrets Manager, as far as it matters here. */
export type Secrets = (secretName: string) => KeySource;

/** A laptop's: those of the environment, which enable their providers; a provider with `key: { secret }` has it from there. */
export function developmentKeys(environment: Environment, secrets: Secrets): ProviderKeys {
  return {
    of(provider, { key }, record) {
      if (key && 'secret' in key) return secrets(key.secret);
      const variable = key?.env ?? record.environment?.key;
      return variable ? environmentKey(variable, environment, provider) : givenKey();
    },
    enables(provider, record) {
      if (provider === 'bedrock') return bedrockVariables.some((variable) => environment[variable]);
      const { key = '', baseUrl = '' } = record.environment ?? {};
      return Boolean(environment[key] && (record.baseUrl || environment[baseUrl]));
    },
  };
}

/** A deployment's: all in Secrets Manager. Bedrock needs none, and is always there for the role of the functions. */
export function deployedKeys(secrets: Secrets): ProviderKeys {
  return {
    of(provider, entry, record) {
      const secretName = secretNameOf(provider, entry, record);
      return secretName === undefined ? givenKey() : secrets(secretName);
    },
    enables: (provider) => provider === 'bedrock',
  };
}

/** Any of these says that there are AWS credentials to be found, or where to send calls. */
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
