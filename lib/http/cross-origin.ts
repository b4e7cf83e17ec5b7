import type { MiddlewareHandler } from 'hono';
import type { Host } from './host.ts';

/** How long a browser may cache a preflight response, in seconds. Chromium accepts no more. */
const maxAgeSeconds = 7200;

/** Headers that a page may read besides the safelisted ones. */
const exposed = [
  'x-request-id',
  'request-id',
  'x-amzn-requestid',
  'x-amzn-errortype',
  'x-amzn-bedrock-content-type',
  'x-sluice-provider',
  'x-sluice-model',
  'x-sluice-attempts',
  'x-sluice-dropped',
  'x-sluice-cost-usd',
  'x-sluice-stream',
  'x-sluice-durability',
  'idempotent-replayed',
  'stream-next-offset',
  'stream-up-to-date',
  'stream-closed',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  ...['requests', 'tokens'].flatMap((counted) =>
    ['limit', 'remaining', 'reset'].flatMap((what) => [
      `x-ratelimit-${what}-${counted}`,
      `anthropic-ratelimit-${counted}-${what}`,
    ]),
  ),
].join(', ');

/**
 * Allows pages of these origins to send requests and read the responses, including errors
 * (https://fetch.spec.whatwg.org). Preflight requests need no key, because browsers send none. Browser credentials
 * are never allowed, because the page itself sends the key. Other origins get no CORS headers, so their browsers
 * block the response.
 */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<{ Bindings: Host }> {
  const allowed = new Set(origins);
  return async (context, next) => {
    const origin = context.req.header('origin');
    const isAllowed = origin !== undefined && allowed.has(origin);
    const requestedMethod = context.req.header('access-control-request-method');
    if (context.req.method !== 'OPTIONS' || requestedMethod === undefined) {
      await next();
      const { headers } = context.res;
      headers.append('vary', 'origin');
      if (!isAllowed) return undefined;
      headers.set('access-control-allow-origin', origin);
      headers.set('access-control-expose-headers', exposed);
      return undefined;
    }
    const headers = new Headers({ vary: 'origin, access-control-request-headers' });
    if (isAllowed) {
      headers.set('access-control-allow-origin', origin);
      headers.set('access-control-allow-methods', 'GET, POST, DELETE');
      headers.set('access-control-allow-headers', headerNames(context.req.header('access-control-request-headers') ?? ''));
      headers.set('access-control-max-age', String(maxAgeSeconds));
    }
    return new Response(null, { status: 204, headers });
  };
}

/** Allows every header, because clients send headers of their own. Later code decides which of them matter. */
function headerNames(list: string): string {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[\w-]+$/.test(name))
    .join(', ');
}
