import { targetedProviders } from '../config/named-targets.ts';
import type { Config, ProviderConfig } from '../config/schema.ts';
import { type ProviderPreset, providerPresets } from '../providers/presets.ts';

/** A provider whose key a deployed function reads from Secrets Manager. */
export interface ProviderSecret {
  readonly provider: string;
  /** A name, never an ARN. Several providers may share one. */
  readonly secretName: string;
}

/** The secrets that the deployed functions of this configuration read, in its order, each provider once. */
export function providerSecrets(config: Config): ProviderSecret[] {
  const names = new Set([...Object.keys(config.providers), ...targetedProviders(config)]);
  return [...names].flatMap((provider) => {
    const entry = config.providers[provider] ?? {};
    const record = providerPresets[provider] ?? providerPresets[entry.kind ?? ''];
    const secretName = secretNameOf(config.stack.name, provider, entry, record);
    return secretName === undefined ? [] : [{ provider, secretName }];
  });
}

/**
 * Where the key of a deployed provider is: in the secret of its entry, or in `<stack>/<provider>` instead of a
 * variable, so that two stacks in one account share a secret only on purpose. `undefined` if it needs no key. Bedrock uses the function role, and a server known only by its address
 * (`ollama`, or an OpenAI-compatible one without `key`) is called without a key.
 */
export function secretNameOf(
  stack: string,
  provider: string,
  entry: ProviderConfig,
  record: Partial<ProviderPreset> = {},
): string | undefined {
  if ((entry.kind ?? record.kind) === 'bedrock') return undefined;
  if (entry.key && 'secret' in entry.key) return entry.key.secret;
  return entry.key || record.environment?.key ? `${stack}/${provider}` : undefined;
}
