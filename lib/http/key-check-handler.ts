import type { Sluice } from '../app/sluice.ts';
import { authenticate } from './authenticate.ts';
import { type ErrorDialectOf, withRequestContext } from './request-context.ts';

/**
 * `GET /completions`: the constructor of Prediction Guard's Python client calls it to check its URL and key. It takes a
 * 404 for a wrong URL and a 401 for a wrong key.
 */
export function keyCheckHandler(sluice: Sluice, dialectOf: ErrorDialectOf) {
  return withRequestContext(sluice, dialectOf, (context, requestContext) => {
    requestContext.known.keyId = authenticate(sluice, context.req.raw, context.env).id;
    return requestContext.json({ status: 'ok' });
  });
}
