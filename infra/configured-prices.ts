import defaultPrices from '../lib/app/default-prices.ts';
import { loadConfig } from '../lib/config/load-config.ts';
import { namedTargets } from '../lib/config/named-targets.ts';
import type { PriceEntry } from '../lib/gateway/pricing.ts';

/** The default prices of the models in a configuration, by target. Empty for a file that can't be loaded. */
export async function configuredPrices(configFile: string): Promise<Record<string, PriceEntry>> {
  const config = await loadConfig(configFile).catch(() => undefined);
  const targets = config ? namedTargets(config) : [];
  return Object.fromEntries(
    targets.flatMap((target) => {
      const slash = target.indexOf('/');
      const prices = defaultPrices.pricesOf(target.slice(0, slash), target.slice(slash + 1));
      return prices ? [[target, prices]] : [];
    }),
  );
}
