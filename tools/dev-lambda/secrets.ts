import { providerSecrets } from '../../lib/app/provider-secrets.ts';
import type { Environment } from '../../lib/config/environment.ts';
import type { Config } from '../../lib/config/schema.ts';
import { providerPresets } from '../../lib/providers/presets.ts';

/**
 * What the emulated Secrets Manager holds: for each provider of the configuration the key that the dev server would take
 * from the environment; for the embedded providers any key will do. A key that is not set is a secret without a value.
 */
export function secretsFrom(config: Config, environment: Environment): Record<string, string | undefined> {
  return Object.fromEntries(
    providerSecrets(config).map(({ provider, secretName }) => {
      const entry = config.providers[provider];
      const record = providerPresets[provider] ?? providerPresets[entry?.kind ?? ''];
      const variable = entry?.key && 'env' in entry.key ? entry.key.env : record?.environment?.key;
      const value = provider.startsWith('demo-') ? 'demo-key-of-nothing' : environment[variable ?? ''];
      return [secretName, value || undefined];
    }),
  );
}
