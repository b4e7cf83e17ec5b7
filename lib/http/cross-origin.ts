import type { MiddlewareHandler } from 'hono';
import { isLocalPage } from '../access/loopback.ts';
import type { Sluice } from '../app/sluice.ts';
import type { Host } from './host.ts';

/** How long a browser may cache a preflight response, in seconds. Chromium accepts no more. */
const maxAgeSeconds = 7200;

/** The longest origin in a log entry, in characters. A host name has at most 253. */
const maxShown = 270;

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
 * Allows pages of the configured origins to send requests and read the responses, including errors
 * (https://fetch.spec.whatwg.org). A server without keys also allows every page of this machine. Preflight requests
 * need no key, because browsers send none. Browser credentials are never allowed, because the page itself sends the
 * key. Other origins get no CORS headers, so their browsers block the response. The browser shows the user no reason,
 * so a rejected preflight is logged.
 */
export function crossOrigin({ cors, keys, warn }: Sluice): MiddlewareHandler<{ Bindings: Host }> {
  const allowed = new Set(cors);
  const isOff = cors.length === 0 && keys !== undefined;
  return async (context, next) => {
    const { raw: request } = context.req;
    const origin = context.req.header('origin');
    const isPreflight = request.method === 'OPTIONS' && request.headers.has('access-control-request-method');
    const isAllowed = origin !== undefined && (allowed.has(origin) || (!keys && isLocalPage(request)));
    if (isPreflight && origin !== undefined && !isAllowed) warn('cors', rejection(origin));
    if (isOff) return next();
    if (!isPreflight) {
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

function rejection(origin: string): string {
  // Only what an origin consists of, because a terminal may show this line.
  const shown = origin.slice(0, maxShown).replace(/[^\w:/.[\]-]/g, '?');
  return `a page of ${shown} may not call this server. Add the origin to \`cors\` in the configuration: cors: ['${shown}']`;
}

/** Allows every header, because clients send headers of their own. Later code decides which of them matter. */
function headerNames(list: string): string {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[\w-]+$/.test(name))
    .join(', ');
}
