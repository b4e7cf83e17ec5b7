import type { Reasoning } from '../../stream/request.ts';

/** OpenAI's own tiers; another dialect's words mean nothing here. */
export const serviceTiers: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority']);

/** Budgets of thinking as efforts: up to so many tokens. */
const efforts: readonly [upTo: number, effort: string][] = [
  [4096, 'low'],
  [16_384, 'medium'],
  [Number.POSITIVE_INFINITY, 'high'],
];

/** The word for how much to think. */
export function effortOf({ enabled, effort, budgetTokens }: Reasoning): string {
  if (!enabled) return 'none';
  if (effort) return effort;
  if (budgetTokens === undefined) return 'medium';
  return efforts.find(([upTo]) => budgetTokens <= upTo)?.[1] ?? 'high';
}
