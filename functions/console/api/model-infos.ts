import type { KeyRecord } from '../../../lib/access/keys.ts';
import type { Sluice } from '../../../lib/app/sluice.ts';
import type { PriceEntry } from '../../../lib/gateway/pricing.ts';
import type { ModelInfo } from './types.ts';

/** The models that this key may use, with targets and prices. */
export function modelInfos(sluice: Sluice, key: KeyRecord): ModelInfo[] {
  const allowed = sluice.routes.names.filter((name) => key.models.includes('*') || key.models.includes(name));
  return allowed.map((name) => modelInfo(sluice, name));
}

function modelInfo({ routes, pricing }: Sluice, name: string): ModelInfo {
  const [first, ...others] = routes.resolve(name).targets;
  if (!first) return { name, provider: 'other' };
  const target = `${first.provider.name}/${first.model}`;
  const prices = pricing.pricesOf(first);
  return {
    name,
    ...(target === name
      ? { provider: first.provider.name }
      : { provider: 'Aliases', targets: [target, ...others.map(({ provider, model }) => `${provider.name}/${model}`)] }),
    ...(prices && pricesOf(prices)),
  };
}

function pricesOf({ input, output, maxInput, contextTokens }: PriceEntry): Partial<ModelInfo> {
  return {
    usdPerMillion: { input, output, ...(maxInput !== undefined && { maxInput }) },
    ...(contextTokens !== undefined && { contextTokens }),
  };
}
