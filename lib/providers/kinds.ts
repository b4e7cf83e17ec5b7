import type { ProviderKind } from './presets.ts';
import type { LoadedProvider, Provider } from './provider.ts';
import type { ProviderSettings } from './provider-settings.ts';

type Load = (settings: ProviderSettings) => Promise<LoadedProvider>;

const openaiShaped: Load = async (settings) => (await import('./openai-shaped.ts')).openaiShapedProvider(settings);

/** Each kind is a file: a function in the cloud loads those alone that it asks. */
const kinds: Record<ProviderKind, Load> = {
  'openai-compatible': openaiShaped,
  openai: openaiShaped,
  azure: openaiShaped,
  predictionguard: openaiShaped,
  empower: openaiShaped,
  anthropic: async (settings) => (await import('./anthropic.ts')).anthropicProvider(settings),
  gemini: async (settings) => (await import('./gemini.ts')).geminiProvider(settings),
  bedrock: async ({ baseUrl, ...settings }) =>
    (await import('./bedrock.ts')).bedrockProvider({ ...settings, ...(baseUrl && { endpoint: baseUrl }) }),
};

/** A provider of this kind. */
export function makeProvider(settings: ProviderSettings): Provider {
  const { name, kind, key } = settings;
  let loaded: Promise<LoadedProvider> | undefined;
  return {
    name,
    async apiFor(callerDialect, model) {
      loaded ??= kinds[kind](settings);
      const provider = await loaded;
      return provider.apiFor?.(callerDialect, model) ?? provider;
    },
    refreshKey: (since) => key.refresh(since),
  };
}
