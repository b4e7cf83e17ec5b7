import type { KeyRecord } from '../../lib/access/keys.ts';
import { UsageError } from '../../lib/app/command-line.ts';
import defaultPrices from '../../lib/app/default-prices.ts';
import { namedTargets } from '../../lib/config/named-targets.ts';
import { nearest } from '../../lib/config/nearest.ts';
import type { Config } from '../../lib/config/schema.ts';
import { providerPresets } from '../../lib/providers/presets.ts';

/**
 * Checks the models of a new key against the configuration. Returns warnings about models whose price is unknown, if the
 * key has a limit in dollars. Throws a UsageError for a name that no alias has and no known provider serves.
 */
export function checkModels({ models, limits }: Pick<KeyRecord, 'models' | 'limits'>, config: Config, file: string): string[] {
  const named = models.filter((name) => name !== '*');
  const unknown = named.find((name) => !isKnown(name, config));
  if (unknown !== undefined)
    throw new UsageError(`--models: no model is called ${JSON.stringify(unknown)} in ${file}${hint(unknown, config)}`);
  if (limits?.dollarsPerDay === undefined) return [];
  const targets = models.includes('*') ? namedTargets(config) : named.flatMap((name) => targetsOf(name, config));
  return [...new Set(targets)]
    .filter((target) => !hasPrice(target, config))
    .map(
      (target) => `no price of ${target} is known, so a key with --dollars-per-day may not use it. Add it to prices in ${file}.`,
    );
}

function isKnown(name: string, config: Config): boolean {
  if (Object.hasOwn(config.models, name) || namedTargets(config).includes(name)) return true;
  const providers = ['demo', ...Object.keys(providerPresets), ...Object.keys(config.providers)];
  const claims = Object.values(providerPresets).flatMap((preset) => preset.claims ?? []);
  return providers.some((provider) => name.startsWith(`${provider}/`)) || claims.some((prefix) => name.startsWith(prefix));
}

function hint(name: string, config: Config): string {
  const [near] = nearest(name, [...Object.keys(config.models), ...namedTargets(config)], 1);
  return near === undefined ? '. Use an alias or provider/model' : `. Did you mean ${JSON.stringify(near)}?`;
}

function targetsOf(name: string, { models }: Config): string[] {
  const entry = Object.hasOwn(models, name) ? models[name] : undefined;
  if (entry === undefined) return [claimed(name)];
  const targets = typeof entry === 'string' ? [entry] : entry.targets;
  return targets.map((item) => (typeof item === 'string' ? item : item.target));
}

/** The full name of a bare one, such as openai/gpt-4o for gpt-4o. */
function claimed(name: string): string {
  const owner = Object.entries(providerPresets).find(([, { claims = [] }]) => claims.some((prefix) => name.startsWith(prefix)));
  return owner && !name.includes('/') ? `${owner[0]}/${name}` : name;
}

function hasPrice(target: string, { prices }: Config): boolean {
  if (prices && Object.hasOwn(prices.usdPerMillion, target)) return true;
  const slash = target.indexOf('/');
  return defaultPrices.pricesOf(target.slice(0, slash), target.slice(slash + 1)) !== undefined;
}
