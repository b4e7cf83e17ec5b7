import { type Client, clients } from './clients.ts';
import { isFull } from './extent.ts';
import { spokenKinds } from './provider-streams/all.ts';
import type { ProviderStream } from './provider-streams/provider-stream.ts';

/** A kind of provider, and the clients of one dialect. */
export interface Pair {
  readonly providerStream: ProviderStream;
  readonly client: Client;
}

/**
 * Every pair of these. In a reduced run every kind of provider is in a pair, and so many clients at least; `turn` says
 * who meets whom.
 */
export function pairs(turn = 0, kinds: readonly ProviderStream[] = spokenKinds, atLeast = clients.length): Pair[] {
  if (isFull) return kinds.flatMap((providerStream) => clients.map((client) => ({ providerStream, client })));
  return Array.from({ length: Math.max(kinds.length, atLeast) }, (_, at) => at).flatMap((at) => {
    const providerStream = kinds[at % kinds.length];
    const client = clients[(turn + at) % clients.length];
    return providerStream && client ? [{ providerStream, client }] : [];
  });
}
