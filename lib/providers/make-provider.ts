import { providerPresets } from './presets.ts';
import type { LoadedProvider, Provider } from './provider.ts';
import type { ProviderKind } from './provider-kinds.ts';
import type { ProviderSettings } from './provider-settings.ts';

type Load = (settings: ProviderSettings) => Promise<LoadedProvider>;

/** Kinds with an implementation of their own. Each is imported on first use, so a function loads only what it calls. */
const loaders: Partial<Record<ProviderKind, Load>> = {
  anthropic: async (settings) => (await import('./anthropic.ts')).anthropicProvider(settings),
  gemini: async (settings) => (await import('./gemini.ts')).geminiProvider(settings),
  bedrock: async ({ baseUrl, ...settings }) =>
    (await import('./bedrock.ts')).bedrockProvider({ ...settings, ...(baseUrl && { endpoint: baseUrl }) }),
};

const loadOpenai: Load = async (settings) => (await import('./openai.ts')).openaiProvider(settings);

/** A provider of the kind in `settings`. */
export function makeProvider(settings: ProviderSettings): Provider {
  const { name, kind, key, rules } = settings;
  const load = loaders[kind] ?? loadOpenai;
  let loaded: Promise<LoadedProvider> | undefined;
  return {
    name,
    preset: Object.hasOwn(providerPresets, name) ? name : kind,
    ...(rules && { rules }),
    async apiFor(clientDialect, model) {
      loaded ??= load(settings);
      const provider = await loaded;
      return provider.apiFor?.(clientDialect, model) ?? provider;
    },
    async listModels(signal) {
      loaded ??= load(settings);
      return (await loaded).listModels?.(signal) ?? [];
    },
    async prepare() {
      loaded ??= load(settings);
      // A failure is for the first request that needs the key.
      key.read().catch(() => {});
      await loaded;
    },
    refreshKey: (since) => key.refresh(since),
  };
}
