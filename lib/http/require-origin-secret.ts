import type { MiddlewareHandler } from 'hono';
import { hasOriginSecret, originSecretHeader, viewerHostHeader } from '../access/origin-secret.ts';
import type { Sluice } from '../app/sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import type { Host } from './host.ts';
import { type ErrorDialectOf, exchange } from './request-context.ts';

/**
 * Lets in only what came through the distribution, whose web ACL would otherwise be walked around, and gives it the host
 * that its caller asked and has signed. Everything else is a 403 before anything else is looked at.
 */
export function requireOriginSecret(
  sluice: Sluice,
  secret: string,
  dialectOf: ErrorDialectOf,
): MiddlewareHandler<{ Bindings: Host }> {
  return async (context, next) => {
    const { raw } = context.req;
    if (!hasOriginSecret(raw.headers, secret)) {
      return exchange(sluice, dialectOf(raw), context, async () => {
        throw new SluiceError('origin_not_allowed', 'This address is not asked directly. Use the base URL of its distribution.');
      });
    }
    const host = raw.headers.get(viewerHostHeader);
    if (host !== null) raw.headers.set('host', host);
    raw.headers.delete(viewerHostHeader);
    raw.headers.delete(originSecretHeader);
    return next();
  };
}
