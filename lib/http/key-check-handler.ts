import type { Sluice } from '../app/sluice.ts';
import { authenticate } from './authenticate.ts';
import { type ErrorDialectOf, withRequestContext } from './request-context.ts';

/**
 * `GET /completions`. The constructor of Prediction Guard's Python client calls it to check its URL and key. It
 * interprets 404 as a wrong URL and 401 as a wrong key.
 */
export function keyCheckHandler(sluice: Sluice, dialectOf: ErrorDialectOf) {
  return withRequestContext(sluice, dialectOf, async (context, requestContext) => {
    requestContext.known.keyId = (await authenticate(sluice, context.req.raw, context.env)).id;
    return requestContext.json({ status: 'ok' });
  });
}
