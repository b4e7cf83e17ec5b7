import { defaultTotalMs } from '../policy/deadlines.ts';
import type { Config } from './schema.ts';

/** The longest total timeout of any model in this configuration, in milliseconds. */
export function longestTotalMs({ timeouts, models }: Config): number {
  const totals = Object.values(models).map((entry) => (typeof entry === 'string' ? 0 : (entry.timeouts?.total ?? 0)));
  return Math.max(timeouts.total ?? defaultTotalMs, ...totals);
}
