import type { Route } from '../gateway/gateway-request.ts';
import type { Host } from './host.ts';

/** Reserved at the end of the host's time for ending the response and for background work, in milliseconds. */
const leftMs = 10_000;

/**
 * The route with its total timeout capped to the host's remaining time, so that the gateway ends the response before
 * the host does. If less than twice the reserve is left, the response gets half of it.
 */
export function capToDeadline(route: Route, host: Host | undefined): Route {
  const remaining = host?.remainingMs?.();
  if (remaining === undefined) return route;
  const tenths = Math.max(remaining - leftMs, remaining / 2) / 100;
  return { ...route, totalMs: Math.min(route.totalMs, Math.floor(tenths) * 100) };
}
