import type { Route } from '../gateway/gateway-request.ts';
import type { Host } from './host.ts';

/** How much of a host's time is left for the last words of an answer and for what comes after them, in milliseconds. */
const leftMs = 10_000;

/**
 * The route, as far as the host's time goes: an answer must be over, in words of its own, before the host ends it
 * without any. Where the host gives less than twice that time, half of it is the answer's.
 */
export function capToDeadline(route: Route, host: Host | undefined): Route {
  const remaining = host?.remainingMs?.();
  if (remaining === undefined) return route;
  const tenths = Math.max(remaining - leftMs, remaining / 2) / 100;
  return { ...route, totalMs: Math.min(route.totalMs, Math.floor(tenths) * 100) };
}
