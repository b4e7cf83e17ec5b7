import type { MiddlewareHandler } from 'hono';
import { hasOriginSecret, originSecretHeader, viewerHostHeader } from '../access/origin-secret.ts';
import type { Sluice } from '../app/sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import type { Host } from './host.ts';
import { type ErrorDialectOf, withRequestContext } from './request-context.ts';

/**
 * Rejects requests that did not come through CloudFront, which would bypass its web ACL. Restores the host name that the
 * client used and signed. Runs before every other check and answers 403.
 */
export function requireOriginSecret(
  sluice: Sluice,
  secret: string,
  dialectOf: ErrorDialectOf,
): MiddlewareHandler<{ Bindings: Host }> {
  const refuse = withRequestContext(sluice, dialectOf, () => {
    throw new SluiceError('origin_not_allowed', 'Direct requests are blocked. Use the CloudFront URL.');
  });
  return async (context, next) => {
    const { headers } = context.req.raw;
    if (!hasOriginSecret(headers, secret)) return refuse(context);
    const host = headers.get(viewerHostHeader);
    if (host !== null) headers.set('host', host);
    headers.delete(viewerHostHeader);
    headers.delete(originSecretHeader);
    return next();
  };
}
