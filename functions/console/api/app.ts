import { Hono } from 'hono';
import type { KeyRecord } from '../../../lib/access/keys.ts';
import type { Sluice } from '../../../lib/app/sluice.ts';
import { authenticate } from '../../../lib/http/authenticate.ts';
import type { AppContext, Host } from '../../../lib/http/host.ts';
import { publicError } from '../../../lib/http/public-errors.ts';
import { SluiceError, toSluiceError } from '../../../lib/stream/errors.ts';
import { modelInfos } from './model-infos.ts';
import type { Traffic } from './traffic.ts';
import type { StatusReport } from './types.ts';

/** The part of the API that only a development server has. */
export interface DevelopmentApi {
  readonly traffic: Traffic;
  status(): Promise<StatusReport>;
}

/**
 * The console's own API. It authenticates like the gateway. Traffic and status exist only on a development server.
 */
export function consoleApi(sluice: Sluice, development?: DevelopmentApi): Hono<{ Bindings: Host }> {
  const app = new Hono<{ Bindings: Host }>();
  const guarded = (answer: (key: KeyRecord, context: AppContext) => object | Promise<object>) => async (context: AppContext) => {
    try {
      const key = await authenticate(sluice, context.req.raw, context.env);
      return context.json(await answer(key, context), 200, { 'cache-control': 'no-store' });
    } catch (thrown) {
      const error = toSluiceError(thrown);
      const { message, status } = sluice.hidesInternals ? publicError(error) : error;
      return Response.json({ error: { message } }, { status });
    }
  };
  app.get(
    '/models',
    guarded((key) => ({ models: modelInfos(sluice, key) })),
  );
  if (development) {
    const { traffic } = development;
    app.get(
      '/traffic',
      guarded((key, { req }) => traffic.page(key, Number(req.query('after')) || 0)),
    );
    app.get('/status', guarded(development.status));
  }
  app.notFound((context) => guarded(() => Promise.reject(notThere(context)))(context));
  return app;
}

function notThere({ req }: AppContext): SluiceError {
  return new SluiceError('route_not_found', `There is no ${req.path} here. Traffic and status are a development server's.`);
}
