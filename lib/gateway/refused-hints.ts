import type { Provider } from '../providers/provider.ts';

/** So many hints are remembered of a target, and so many targets of a provider. */
const maxHints = 16;
const maxModels = 1000;

const known = new WeakMap<Provider, Map<string, readonly string[]>>();

/** The hints that this target has refused so far. */
export function hintsRefusedBy(provider: Provider, model: string): readonly string[] {
  return known.get(provider)?.get(model) ?? [];
}

/** Remembers a hint that the target refuses. False if there is nothing new to remember, or no room. */
export function rememberRefusedHint(provider: Provider, model: string, hint: string): boolean {
  const models = known.get(provider) ?? new Map<string, readonly string[]>();
  const hints = models.get(model) ?? [];
  if (hints.includes(hint) || hints.length >= maxHints || (models.size >= maxModels && !models.has(model))) return false;
  known.set(provider, models.set(model, [...hints, hint]));
  return true;
}
