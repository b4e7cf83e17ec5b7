import type { Sluice } from '../app/sluice.ts';
import { authenticate } from './authenticate.ts';
import type { AppContext } from './host.ts';
import { type ErrorDialectOf, exchange } from './request-context.ts';

/**
 * `GET /completions`: the constructor of Prediction Guard's Python client asks it to see whether its URL and key are
 * good. It takes a 404 for a wrong URL and a 401 for a wrong key.
 */
export function keyCheckHandler(sluice: Sluice, dialectOf: ErrorDialectOf) {
  return (context: AppContext): Promise<Response> =>
    exchange(sluice, dialectOf(context.req.raw), context, async (current) => {
      current.known.keyId = authenticate(sluice, context.req.raw, context.env).id;
      return current.json({ status: 'ok' });
    });
}
