import type { Sluice } from '../sluice.ts';
import { admit } from './admit.ts';
import { type ErrorDialectOf, exchange } from './exchange.ts';
import type { AppContext } from './host.ts';

/**
 * `GET /completions`: the constructor of Prediction Guard's Python client asks it to see whether its URL and key are
 * good. It takes a 404 for a wrong URL and a 401 for a wrong key.
 */
export function probing(sluice: Sluice, dialectOf: ErrorDialectOf) {
  return (context: AppContext): Promise<Response> =>
    exchange(sluice, dialectOf(context.req.raw), context, async (current) => {
      current.known.keyId = admit(sluice, context.req.raw, context.env).id;
      return current.json({ status: 'ok' });
    });
}
