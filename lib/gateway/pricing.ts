import type { Config } from '../config/schema.ts';
import type { Usage } from '../stream/events.ts';
import type { AnswerState } from './answer-state.ts';
import type { Target } from './gateway-request.ts';

/** The price of one million tokens of each kind, in USD. */
export type ModelPrices = NonNullable<Config['prices']>['usdPerMillion'][string];

/** The prices of one model, and what a price list says about it besides. */
export type PriceEntry = ModelPrices & {
  /** Above this many input tokens the prices don't hold, and the cost is unknown. */
  readonly maxInput?: number;
  /** The context window of the model, in tokens. */
  readonly contextTokens?: number;
};

/** Prices that apply where the configuration has none. */
export interface PriceTable {
  readonly version: string;
  pricesOf(provider: string, model: string): PriceEntry | undefined;
}

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
  pricesOf(target: Target): PriceEntry | undefined;
  /** The maximum cost of this many tokens, in USD, whichever target answers. */
  mostOf(targets: readonly Target[], tokens: Tokens): number | undefined;
}

/** How many tokens a request may use, and the service tier that it asks for. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly serviceTier?: string | undefined;
}

/** Tiers with list prices. Any other tier has prices of its own, which are unknown. */
const listTiers: ReadonlySet<string | undefined> = new Set([undefined, 'auto', 'default', 'standard', 'standard_only']);

export function createPricing(prices: Config['prices'], defaults?: PriceTable): Pricing {
  const byTarget = new Map(Object.entries(prices?.usdPerMillion ?? {}));

  /** The prices of a target and the table they come from. The configuration wins. */
  function find(provider: string, model: string): { entry: PriceEntry; version: string } | undefined {
    const own = byTarget.get(`${provider}/${model}`);
    if (own && prices) return { entry: own, version: prices.version };
    const entry = defaults?.pricesOf(provider, model);
    return entry && defaults ? { entry, version: defaults.version } : undefined;
  }
  const pricesOf: Pricing['pricesOf'] = ({ provider, model }) => find(provider.name, model)?.entry;
  return {
    pricesOf,

    costOf({ end, estimated, attempts, serviceTier }) {
      if (end?.type !== 'finish' || estimated || !listTiers.has(serviceTier)) return undefined;
      // Failed attempts added nothing to this answer. Several remain if the request has several prompts.
      const [first, ...others] = attempts.filter(({ served }) => served);
      const isOne = others.every(({ provider, model }) => provider === first?.provider && model === first.model);
      const known = first && isOne ? find(first.provider, first.model) : undefined;
      const usd = known && usageCost(end.usage, known.entry);
      return usd === undefined ? undefined : { usd, priceVersion: known?.version ?? '' };
    },

    mostOf(targets, { input, output, serviceTier }) {
      if (!listTiers.has(serviceTier)) return undefined;
      const costs = targets.map((target) => {
        const known = pricesOf(target);
        if (!known || input > (known.maxInput ?? input)) return undefined;
        return (input * highestInput(known) + output * known.output) / 1_000_000;
      });
      return costs.every((cost) => cost !== undefined) ? Math.max(...costs) : undefined;
    },
  };
}

/**
 * The cost of these tokens, in USD. Unknown if the provider did not report the count of a kind with a price, or if
 * there are tokens of a kind without a price. Never a guess, and never 0 for an unknown cost.
 */
export function usageCost({ input, output, cacheRead, cacheWrite }: Usage, prices: PriceEntry): number | undefined {
  if (input === undefined || output === undefined || input > (prices.maxInput ?? input)) return undefined;
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
