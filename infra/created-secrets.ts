import { providerSecrets } from '../lib/app/provider-secrets.ts';
import type { Config } from '../lib/config/schema.ts';

/** A secret that the stack creates, for the first provider that uses it. */
export interface CreatedSecret {
  readonly provider: string;
  readonly name: string;
}

/** The secrets that the stack creates, each once. Those that the configuration refers to exist outside the stack. */
export function createdSecrets(config: Config): CreatedSecret[] {
  const own = providerSecrets(config).filter(({ provider }) => {
    const { key } = config.providers[provider] ?? {};
    return !(key && 'secret' in key);
  });
  const byName = new Map(own.toReversed().map(({ provider, secretName }) => [secretName, provider]));
  return [...new Set(own.map(({ secretName }) => secretName))].map((name) => ({ name, provider: byName.get(name) ?? '' }));
}
