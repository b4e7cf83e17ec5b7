import type { Config } from '../config/schema.ts';
import type { Usage } from '../stream/events.ts';
import type { AnswerState } from './answer-state.ts';
import type { Target } from './gateway-request.ts';

/** What one million tokens of each kind cost, in USD. */
export type ModelPrices = NonNullable<Config['prices']>['usdPerMillion'][string];

/** What an answer cost, and by which table of prices. */
export interface Cost {
  readonly usd: number;
  readonly priceVersion: string;
}

/** What answers cost by the configuration's prices; where anything that it takes is not known, neither is the cost. */
export interface Pricing {
  /** Of an answer that has come to its end. Unknown for one that did not, or that several targets gave parts of. */
  costOf(answerState: AnswerState): Cost | undefined;
  /** The most that so many tokens may cost, in USD, whichever of the targets answers. */
  mostOf(targets: readonly Target[], tokens: { readonly input: number; readonly output: number }): number | undefined;
}

export function createPricing(prices: Config['prices']): Pricing {
  const byTarget = new Map(Object.entries(prices?.usdPerMillion ?? {}));
  return {
    costOf({ end, estimated, attempts }) {
      if (!prices || end?.type !== 'finish' || estimated) return undefined;
      // Those that failed gave nothing of this answer; several are left where several prompts were asked at once.
      const answerers = new Set(attempts.filter(({ served }) => served).map(targetName));
      const [answerer] = answerers;
      const known = answerer !== undefined && answerers.size === 1 ? byTarget.get(answerer) : undefined;
      const usd = known && usageCost(end.usage, known);
      return usd === undefined ? undefined : { usd, priceVersion: prices.version };
    },

    mostOf(targets, { input, output }) {
      const costs = targets.map((target) => {
        const known = byTarget.get(targetName({ provider: target.provider.name, model: target.model }));
        return known && (input * highestInput(known) + output * known.output) / 1_000_000;
      });
      return costs.every((cost) => cost !== undefined) ? Math.max(...costs) : undefined;
    },
  };
}

/**
 * What these tokens cost, in USD. Unknown where the provider has not said how many there were of a kind that has a
 * price, or where there are some of a kind that has none: never a guess, never 0 for want of knowing.
 */
export function usageCost({ input, output, cacheRead, cacheWrite }: Usage, prices: ModelPrices): number | undefined {
  if (input === undefined || output === undefined) return undefined;
  const read = cachedCost(cacheRead, prices.cacheRead);
  const written = cachedCost(cacheWrite, prices.cacheWrite);
  if (read === undefined || written === undefined) return undefined;
  const fresh = Math.max(0, input - (cacheRead ?? 0) - (cacheWrite ?? 0));
  return (fresh * prices.input + read + written + output * prices.output) / 1_000_000;
}

function cachedCost(count: number | undefined, price: number | undefined): number | undefined {
  if (price === undefined) return count ? undefined : 0;
  return count === undefined ? undefined : count * price;
}

function highestInput({ input, cacheRead = 0, cacheWrite = 0 }: ModelPrices): number {
  return Math.max(input, cacheRead, cacheWrite);
}

function targetName({ provider, model }: { provider: string; model: string }): string {
  return `${provider}/${model}`;
}
