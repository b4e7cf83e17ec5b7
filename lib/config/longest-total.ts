import { defaultTimeouts } from '../app/routes.ts';
import type { Config } from './schema.ts';

/** The longest that any answer of this configuration may take as a whole, in milliseconds. */
export function longestTotalMs({ timeouts, models }: Config): number {
  const entries = Object.values(models).filter((entry) => typeof entry !== 'string');
  const targets = entries.flatMap((entry) => entry.targets).filter((target) => typeof target !== 'string');
  const totals = [...entries, ...targets].map((one) => one.timeouts?.total ?? 0);
  return Math.max(timeouts.total ?? defaultTimeouts.total, ...totals);
}
