import { providerSecrets } from '../../lib/config/provider-secrets.ts';
import type { Environment } from '../../lib/config/providers.ts';
import type { Config } from '../../lib/config/schema.ts';
import { providerRecords } from '../../lib/providers/records.ts';

/**
 * What the emulated Secrets Manager holds: for each provider of the configuration the key that the dev server would take
 * from the environment; for the embedded providers any key will do. A key that is not set is a secret without a value.
 */
export function secretsFrom(config: Config, environment: Environment): Record<string, string | undefined> {
  return Object.fromEntries(
    providerSecrets(config).map(({ provider, secretName }) => {
      const entry = config.providers[provider];
      const record = providerRecords[provider] ?? providerRecords[entry?.kind ?? ''];
      const variable = entry?.key && 'env' in entry.key ? entry.key.env : record?.environment?.key;
      const value = provider.startsWith('demo-') ? 'demo-key-of-nothing' : environment[variable ?? ''];
      return [secretName, value || undefined];
    }),
  );
}
