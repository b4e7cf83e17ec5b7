import { type Client, clients } from './clients.ts';
import { isFull } from './extent.ts';
import { spokenKinds } from './spoken/all.ts';
import type { Spoken } from './spoken/spoken.ts';

/** A kind of provider, and the clients of one dialect. */
export interface Pair {
  readonly spoken: Spoken;
  readonly client: Client;
}

/**
 * Every pair of these. In a reduced run every kind of provider is in a pair, and so many clients at least; `turn` says
 * who meets whom.
 */
export function pairs(turn = 0, kinds: readonly Spoken[] = spokenKinds, atLeast = clients.length): Pair[] {
  if (isFull) return kinds.flatMap((spoken) => clients.map((client) => ({ spoken, client })));
  return Array.from({ length: Math.max(kinds.length, atLeast) }, (_, at) => at).flatMap((at) => {
    const spoken = kinds[at % kinds.length];
    const client = clients[(turn + at) % clients.length];
    return spoken && client ? [{ spoken, client }] : [];
  });
}
