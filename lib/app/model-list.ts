import type { Provider } from '../providers/provider.ts';
import type { Clock } from '../time/clock.ts';

/** How long a provider's list is used before it is fetched again, in milliseconds. */
const maxAgeMs = 5 * 60_000;
/** How long a provider may take to send its list, in milliseconds. */
const timeoutMs = 10_000;
/** The most names of one provider. */
const maxNames = 2_000;

export interface ModelList {
  /** The models that providers serve, as `provider/model`, from the last fetch. Starts the next one if it is old. Never waits. */
  names(): readonly string[];
  /** The same without starting a fetch. */
  known(): readonly string[];
  /** Resolves when the fetch that is running has ended. */
  settled(): Promise<void>;
}

/**
 * The models that these providers list themselves. They are fetched in the background, each time the list is older than
 * five minutes and somebody reads it. A provider that fails keeps its last list.
 */
export function createModelList(providers: ReadonlyMap<string, Provider>, clock: Clock): ModelList {
  const byProvider = new Map<string, readonly string[]>();
  let fetchedAt: number | undefined;
  let fetching: Promise<void> = Promise.resolve();

  async function fetchAll(): Promise<void> {
    await Promise.allSettled(
      [...providers].map(async ([name, provider]) => {
        const models = await provider.listModels?.(AbortSignal.timeout(timeoutMs));
        if (models)
          byProvider.set(
            name,
            models.slice(0, maxNames).map((model) => `${name}/${model}`),
          );
      }),
    );
  }

  const known = () => [...providers.keys()].flatMap((name) => byProvider.get(name) ?? []);

  return {
    known,
    names() {
      const now = clock.now();
      if (fetchedAt === undefined || now - fetchedAt > maxAgeMs) {
        fetchedAt = now;
        fetching = fetchAll();
      }
      return known();
    },
    settled: () => fetching,
  };
}
