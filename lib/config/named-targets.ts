import type { Config } from './schema.ts';

/** The targets in the configuration's models, as written: `openai/gpt-4o-mini`. */
export function namedTargets(config: Config): string[] {
  const targets = Object.values(config.models).flatMap((entry) => (typeof entry === 'string' ? [entry] : entry.targets));
  return targets.map((item) => (typeof item === 'string' ? item : item.target));
}

/** The providers of those targets. */
export function targetedProviders(config: Config): Set<string> {
  return new Set(namedTargets(config).map((target) => target.split('/', 1)[0] ?? ''));
}
