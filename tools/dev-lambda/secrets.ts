import { providerSecrets } from '../../lib/app/provider-secrets.ts';
import type { Environment } from '../../lib/config/environment.ts';
import type { Config } from '../../lib/config/schema.ts';
import { providerPresets } from '../../lib/providers/presets.ts';

/**
 * The content of the emulated Secrets Manager: for each configured provider the key that the dev server would read
 * from the environment, and any key for the embedded providers. A key that is not set becomes a secret without a
 * value.
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
