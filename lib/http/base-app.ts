import { Hono } from 'hono';
import type { Sluice } from '../app/sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import { canonicalPath } from './canonical-path.ts';
import { crossOrigin } from './cross-origin.ts';
import type { App, Host } from './host.ts';
import { type ErrorDialectOf, withRequestContext } from './request-context.ts';
import { requireOriginSecret } from './require-origin-secret.ts';

const methods = ['GET', 'POST', 'DELETE'];

/**
 * The base of every function: liveness without a key, and errors in the client's dialect for unknown routes. Routes
 * are written with `/v1`. See `canonicalPath` for the other accepted forms.
 */
export function baseApp(sluice: Sluice, dialectOf: ErrorDialectOf): App {
  const app = new Hono<{ Bindings: Host }>({ getPath: canonicalPath });
  if (sluice.originSecret !== undefined) app.use(requireOriginSecret(sluice, sluice.originSecret, dialectOf));
  if (sluice.cors.length > 0) app.use(crossOrigin(sluice.cors));
  app.get('/', (context) => context.json({ name: 'sluice', status: 'ok' }));
  app.get('/v1/health', (context) => context.json({ name: 'sluice', status: 'ok' }));
  app.notFound(
    withRequestContext(sluice, dialectOf, (context) => {
      const { method, path } = context.req;
      const handlers = (name: string) => app.router.match(name, path)[0].length;
      // Middleware that runs before every route matches this method too.
      const others = methods.filter((other) => handlers(other) > handlers(method));
      if (others.length > 0) throw new SluiceError('method_not_allowed', `${path} takes ${others.join(' and ')}, not ${method}.`);
      throw new SluiceError('route_not_found', `No route for ${method} ${path}. Check the base URL and the path.`);
    }),
  );
  return app;
}
