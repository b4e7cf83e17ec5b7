import type { Config } from '../config/schema.ts';
import type { Usage } from '../stream/events.ts';
import type { AnswerState } from './answer-state.ts';
import type { Target } from './gateway-request.ts';

/** The price of one million tokens of each kind, in USD. */
export type ModelPrices = NonNullable<Config['prices']>['usdPerMillion'][string];

/** The cost of an answer, and the version of the price table. */
export interface Cost {
  readonly usd: number;
  readonly priceVersion: string;
}

/** The cost of answers by the configured prices. If any input is unknown, the cost is unknown. */
export interface Pricing {
  /** The cost of a finished answer. Unknown for an unfinished one, and for one with parts from several targets. */
  costOf(answerState: AnswerState): Cost | undefined;
  /** What tokens of this target cost, if that is known. */
  pricesOf(target: Target): ModelPrices | undefined;
  /** The maximum cost of this many tokens, in USD, whichever target answers. */
  mostOf(targets: readonly Target[], tokens: { readonly input: number; readonly output: number }): number | undefined;
}

export function createPricing(prices: Config['prices']): Pricing {
  const byTarget = new Map(Object.entries(prices?.usdPerMillion ?? {}));
  const pricesOf: Pricing['pricesOf'] = ({ provider, model }) => byTarget.get(targetName({ provider: provider.name, model }));
  return {
    pricesOf,

    costOf({ end, estimated, attempts }) {
      if (!prices || end?.type !== 'finish' || estimated) return undefined;
      // Failed attempts added nothing to this answer. Several remain if the request has several prompts.
      const answerers = new Set(attempts.filter(({ served }) => served).map(targetName));
      const [answerer] = answerers;
      const known = answerer !== undefined && answerers.size === 1 ? byTarget.get(answerer) : undefined;
      const usd = known && usageCost(end.usage, known);
      return usd === undefined ? undefined : { usd, priceVersion: prices.version };
    },

    mostOf(targets, { input, output }) {
      const costs = targets.map((target) => {
        const known = pricesOf(target);
        return known && (input * highestInput(known) + output * known.output) / 1_000_000;
      });
      return costs.every((cost) => cost !== undefined) ? Math.max(...costs) : undefined;
    },
  };
}

/**
 * The cost of these tokens, in USD. Unknown if the provider did not report the count of a kind with a price, or if
 * there are tokens of a kind without a price. Never a guess, and never 0 for an unknown cost.
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
