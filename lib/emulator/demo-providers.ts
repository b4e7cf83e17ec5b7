import { fixedKey } from '../providers/key-source.ts';
import { makeProvider } from '../providers/make-provider.ts';
import type { Provider } from '../providers/provider.ts';
import { emulatedModels } from './emulated-models.ts';
import { type Emulator, startEmulator } from './start.ts';

/** The embedded providers for the gateway: the same code as for real providers, with a loopback address. */
export interface Demo {
  /** `demo/openai`, `demo/anthropic`, `demo/bedrock`, `demo/gemini`. */
  readonly providers: ReadonlyMap<string, Provider>;
  /** Their models, as listed. */
  readonly models: readonly string[];
  readonly emulator: Emulator;
  close(): Promise<void>;
}

/** A person who watches a stall waits for its end: long enough for a heartbeat, in milliseconds. */
const timeouts = { firstContent: 20_000, idle: 20_000 };

export async function demoProviders(options: { paceMs?: number } = {}): Promise<Demo> {
  // A request that names a real model is held to what that model accepts, so that a refusal shows on a laptop.
  const emulator = await startEmulator({ ...options, strict: true });
  const key = fixedKey('demo-key-of-nothing');
  const providers = [
    makeProvider({
      name: 'demo/openai',
      kind: 'openai',
      baseUrl: emulator.openaiUrl,
      // As at OpenAI itself, models with these names only support text completions.
      apis: { completions: ['davinci-', 'babbage-'] },
      key,
    }),
    makeProvider({ name: 'demo/anthropic', kind: 'anthropic', baseUrl: emulator.anthropicUrl, key }),
    makeProvider({
      name: 'demo/bedrock',
      kind: 'bedrock',
      baseUrl: emulator.bedrockUrl,
      region: 'us-east-1',
      credentials: emulator.credentials,
      key,
    }),
    makeProvider({ name: 'demo/gemini', kind: 'gemini', baseUrl: emulator.geminiUrl, key }),
  ];
  const names = emulatedModels.map(({ name }) => name.replace(/\[.*\]$/, ''));
  return {
    providers: new Map(providers.map((provider) => [provider.name, { ...provider, listModels: async () => [], timeouts }])),
    models: providers.flatMap((provider) => names.map((name) => `${provider.name}/${name}`)),
    emulator,
    close: emulator.close,
  };
}
