import type { KeySource } from '../../lib/providers/key-source.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { timedOut } from '../../lib/time/timed-out.ts';

/**
 * The key in the environment, or else the one in the secret that a deployed function reads. Throws what the environment
 * throws if neither has one within `limitMs`.
 */
export function usableKey(own: KeySource, deployed: KeySource, { clock, limitMs }: { clock: Clock; limitMs: number }): KeySource {
  return {
    async read() {
      try {
        return await own.read();
      } catch (thrown) {
        const key = deployed.read().catch(() => undefined);
        // The search for credentials may ask a metadata service that doesn't exist here.
        const found = (await timedOut(key, limitMs, clock)) ? undefined : await key;
        if (found === undefined) throw thrown;
        return found;
      }
    },
    refresh: async () => false,
  };
}
