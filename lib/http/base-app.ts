import { Hono } from 'hono';
import type { Sluice } from '../app/sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import { canonicalPath } from './canonical-path.ts';
import { crossOrigin } from './cross-origin.ts';
import type { App, Host } from './host.ts';
import { type ErrorDialectOf, withRequestContext } from './request-context.ts';
import { requireOriginSecret } from './require-origin-secret.ts';

const methods = ['GET', 'POST', 'DELETE'];

/** APIs of OpenAI and Anthropic that clients may try here. */
const unsupportedApis: readonly { readonly name: string; readonly paths: RegExp }[] = [
  { name: 'embeddings', paths: /^\/v1\/(engines\/[^/]+\/)?embeddings$/ },
  { name: 'image generation', paths: /^\/v1\/images\// },
  { name: 'audio', paths: /^\/v1\/audio\// },
  { name: 'moderation', paths: /^\/v1\/moderations$/ },
  { name: 'files', paths: /^\/v1\/files(\/|$)/ },
  { name: 'batches', paths: /^\/v1\/(messages\/)?batches(\/|$)/ },
  { name: 'fine-tuning', paths: /^\/v1\/fine_tuning\// },
  { name: 'assistants and threads', paths: /^\/v1\/(assistants|threads|vector_stores)(\/|$)/ },
  { name: 'the realtime API', paths: /^\/v1\/realtime(\/|$)/ },
  { name: 'reranking', paths: /^\/v1\/rerank$/ },
];

/**
 * The base of every function: liveness without a key, and errors in the client's dialect for unknown routes. Routes
 * are written with `/v1`. See `canonicalPath` for the other accepted forms.
 */
export function baseApp(sluice: Sluice, dialectOf: ErrorDialectOf): App {
  const app = new Hono<{ Bindings: Host }>({ getPath: canonicalPath });
  if (sluice.originSecret !== undefined) app.use(requireOriginSecret(sluice, sluice.originSecret, dialectOf));
  app.use(crossOrigin(sluice));
  app.get('/', (context) => context.json({ name: 'sluice', status: 'ok' }));
  app.get('/v1/health', (context) => context.json({ name: 'sluice', status: 'ok' }));
  app.notFound(
    withRequestContext(sluice, dialectOf, (context, requestContext) => {
      const { method, path } = context.req;
      const handlers = (name: string) => app.router.match(name, path)[0].length;
      // Middleware that runs before every route matches this method too.
      const others = methods.filter((other) => handlers(other) > handlers(method));
      const { pathname } = new URL(context.req.url);
      if (others.length > 0) {
        requestContext.headers.allow = others.join(', ');
        throw new SluiceError('method_not_allowed', `${pathname} takes ${others.join(' and ')}, not ${method}.`);
      }
      const unsupported = unsupportedApis.find(({ paths }) => paths.test(path));
      if (unsupported) {
        throw new SluiceError(
          'route_not_found',
          `Sluice doesn't support ${unsupported.name}. It serves chat completions, text completions, Responses, Messages and Bedrock's Converse and InvokeModel.`,
        );
      }
      throw new SluiceError('route_not_found', `No route for ${method} ${pathname}. Check the base URL and the path.`);
    }),
  );
  return app;
}
