import type { ModelRequest } from '../stream/request.ts';

/** The maximum value of each parameter at a provider. */
export type Bounds = { readonly [Name in 'temperature' | 'maxOutputTokens']?: number };

/**
 * Lowers the request's parameters to these maximums. Also returns the client's names of the lowered parameters, which
 * are reported like dropped ones. A limit that Sluice itself set is not reported.
 */
export function clampParameters(request: ModelRequest, bounds: Bounds): { request: ModelRequest; lowered: string[] } {
  const parameters = { ...request.parameters };
  const lowered: string[] = [];
  for (const name of Object.keys(bounds) as (keyof Bounds)[]) {
    const most = bounds[name];
    const value = parameters[name];
    if (most === undefined || value === undefined || value <= most) continue;
    parameters[name] = most;
    const spelled = request.spelling[name];
    if (spelled !== undefined) lowered.push(spelled);
  }
  return { request: { ...request, parameters }, lowered };
}
