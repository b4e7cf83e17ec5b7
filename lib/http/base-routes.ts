import { Hono } from 'hono';
import type { Sluice } from '../sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import { canonicalPath } from './canonical-path.ts';
import { type ErrorDialectOf, exchange } from './exchange.ts';

/**
 * An app with what every function answers alike: liveness without a key, and errors of the dialect for routes that
 * are not there. Routes are written with `/v1`; see `canonicalPath` for what else leads to them.
 */
export function baseApp(sluice: Sluice, dialectOf: ErrorDialectOf): Hono {
  const app = new Hono({ getPath: canonicalPath });
  app.get('/', (context) => context.json({ name: 'sluice', status: 'ok' }));
  app.get('/v1/health', (context) => context.json({ name: 'sluice', status: 'ok' }));
  app.notFound((context) =>
    exchange(sluice, dialectOf(context.req.raw), context, async () => {
      throw new SluiceError(
        'route_not_found',
        `There is no ${context.req.method} ${context.req.path} here. Check the base URL and the path.`,
      );
    }),
  );
  return app;
}
