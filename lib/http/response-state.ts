import type { LoadStreams } from '../streams/durable-streams.ts';
import type { Resolve } from './prepare-request.ts';

/** Resolves what a Responses request refers to. `x-sluice-durability: none` stores nothing, and can still refer. */
export function responseState(load: LoadStreams): Resolve {
  return async (body, key, request) => {
    const [streams, { resolveResponseState }] = await Promise.all([load(), import('./resolve-response-state.ts')]);
    return resolveResponseState(streams, body, key, request.signal);
  };
}
