import { calcPrice } from '@pydantic/genai-prices';
import type { PriceEntry, PriceTable } from '../gateway/pricing.ts';

/** Names of known providers in the data set. */
const providerIds: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  azure: 'azure',
  bedrock: 'aws',
  deepseek: 'deepseek',
  fireworks: 'fireworks',
  gemini: 'google',
  groq: 'groq',
  mistral: 'mistral',
  moonshot: 'moonshotai',
  openai: 'openai',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  together: 'together',
  xai: 'x-ai',
};

/**
 * List prices from the genai-prices data set, by the date of its release. Stands for `#prices`. A bundle has a table of
 * the configured models in its place, so the data set itself is never deployed.
 */
const defaultPrices: PriceTable = {
  version: 'genai-prices 2026-09-23',
  pricesOf(provider, model) {
    const providerId = Object.hasOwn(providerIds, provider) ? providerIds[provider] : undefined;
    if (providerId === undefined) return undefined;
    const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, { providerId });
    return found ? entryOf(found.model_price, found.model.context_window) : undefined;
  },
};

export default defaultPrices;

/** A price in the data set: a number, or a base price up to a number of input tokens. */
type Price = number | { readonly base: number; readonly tiers: readonly { readonly start: number }[] } | undefined;

function entryOf(prices: Readonly<Record<string, Price>>, contextTokens: number | undefined): PriceEntry | undefined {
  const { input_mtok, output_mtok, cache_read_mtok, cache_write_mtok } = prices;
  const [input, output, cacheRead, cacheWrite] = [input_mtok, output_mtok, cache_read_mtok, cache_write_mtok].map(baseOf);
  if (input === undefined || output === undefined) return undefined;
  const starts = [input_mtok, output_mtok].flatMap((price) => (typeof price === 'object' ? price.tiers : []));
  const maxInput = Math.min(...starts.map(({ start }) => start));
  return {
    input,
    output,
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
    ...(Number.isFinite(maxInput) && { maxInput }),
    ...(contextTokens !== undefined && { contextTokens }),
  };
}

function baseOf(price: Price): number | undefined {
  return typeof price === 'object' ? price.base : price;
}
