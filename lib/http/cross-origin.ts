import type { MiddlewareHandler } from 'hono';
import type { Host } from './host.ts';

/** How long a browser may go by a preflight's answer, in seconds; Chromium takes no more. */
const maxAgeSeconds = 7200;

/** What a page may read beside the few headers that every page may. */
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
 * Lets pages of these origins ask, and read what they are answered, errors included (https://fetch.spec.whatwg.org).
 * A preflight is answered without a key, since browsers send none with it. Credentials of the browser's are never
 * allowed: a key is sent by the page. Other origins are told nothing, so that their browser keeps the answer from them.
 */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<{ Bindings: Host }> {
  const allowed = new Set(origins);
  return async (context, next) => {
    const origin = context.req.header('origin');
    const isAllowed = origin !== undefined && allowed.has(origin);
    const wantedMethod = context.req.header('access-control-request-method');
    if (context.req.method !== 'OPTIONS' || wantedMethod === undefined) {
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
      headers.set('access-control-allow-methods', 'GET, POST');
      headers.set('access-control-allow-headers', headerNames(context.req.header('access-control-request-headers') ?? ''));
      headers.set('access-control-max-age', String(maxAgeSeconds));
    }
    return new Response(null, { status: 204, headers });
  };
}

/** Whatever a page wants to send: the clients have headers of their own, and which of them mean anything is decided later. */
function headerNames(list: string): string {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[\w-]+$/.test(name))
    .join(', ');
}
