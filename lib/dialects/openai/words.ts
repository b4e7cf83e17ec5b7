import type { Reasoning } from '../../stream/request.ts';

/** OpenAI's own tiers. Values of other dialects have no meaning here. */
export const serviceTiers: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority']);

/** The effort level for each thinking budget, up to this many tokens. */
const efforts: readonly [upTo: number, effort: string][] = [
  [4096, 'low'],
  [16_384, 'medium'],
  [Number.POSITIVE_INFINITY, 'high'],
];

/** The effort level for a reasoning setting. */
export function effortOf({ enabled, effort, budgetTokens }: Reasoning): string {
  if (effort) return effort;
  if (!enabled) return 'none';
  if (budgetTokens === undefined) return 'medium';
  return efforts.find(([upTo]) => budgetTokens <= upTo)?.[1] ?? 'high';
}
