import type { Usage } from '../../../../lib/client/index.ts';
import type { ModelInfo } from '../../api/types.ts';
import type { Served } from '../run/run.ts';

interface Answered {
  readonly model: string;
  readonly served: Served;
  readonly usage: Usage;
}

/**
 * What an answer cost in US dollars. Unknown if another target than the priced one answered, if the provider counted no
 * tokens, or if it counted cached ones, which have prices of their own.
 */
export function costOf(models: readonly ModelInfo[], { model, served, usage }: Answered): number | undefined {
  const { usdPerMillion: prices, targets } = models.find(({ name }) => name === model) ?? {};
  const isPriced = `${served.provider}/${served.model}` === (targets?.[0] ?? model);
  const { input, output, cacheRead = 0, cacheWrite = 0 } = usage;
  if (!prices || !isPriced || input === undefined || output === undefined || cacheRead + cacheWrite > 0) return undefined;
  return (input * prices.input + output * prices.output) / 1_000_000;
}
