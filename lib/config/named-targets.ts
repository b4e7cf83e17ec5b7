import type { Config } from './schema.ts';

/** The targets that the configuration's models name, as they are written: `openai/gpt-4o-mini`. */
export function namedTargets(config: Config): string[] {
  const targets = Object.values(config.models).flatMap((entry) => (typeof entry === 'string' ? [entry] : entry.targets));
  return targets.map((item) => (typeof item === 'string' ? item : item.target));
}

/** The providers that those targets name. */
export function targetedProviders(config: Config): Set<string> {
  return new Set(namedTargets(config).map((target) => target.split('/', 1)[0] ?? ''));
}
