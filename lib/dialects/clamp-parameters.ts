import type { ModelRequest } from '../stream/request.ts';

/** The most of a parameter that a provider knows. */
export type Bounds = { readonly [Name in 'temperature' | 'maxOutputTokens']?: number };

/**
 * The request with its parameters brought down to these bounds, and the caller's names of those that were: they are
 * told of it as of what is left out. A limit that the caller did not set is ours, and nothing to tell.
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
