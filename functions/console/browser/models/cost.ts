import type { Usage } from '../../../../lib/client/index.ts';
import type { ModelInfo } from '../../api/types.ts';
import type { Served } from '../run/run.ts';

interface Answered {
  readonly model: string;
  readonly served: Served;
  readonly usage: Usage;
}

/**
 * The cost of an answer in US dollars. Unknown if another target answered, if the provider sent no counts, or if some
 * tokens were cached, because those have other prices.
 */
export function costOf(models: readonly ModelInfo[], { model, served, usage }: Answered): number | undefined {
  const { usdPerMillion: prices, targets } = models.find(({ name }) => name === model) ?? {};
  const isPriced = `${served.provider}/${served.model}` === (targets?.[0] ?? model);
  const { input, output, cacheRead = 0, cacheWrite = 0 } = usage;
  if (!prices || !isPriced || input === undefined || output === undefined || cacheRead + cacheWrite > 0) return undefined;
  if (prices.maxInput !== undefined && input > prices.maxInput) return undefined;
  return (input * prices.input + output * prices.output) / 1_000_000;
}
