import { Hono } from 'hono';
import type { Sluice } from '../../lib/app/sluice.ts';
import type { Host } from '../../lib/http/host.ts';
import { consoleApi, type DevelopmentApi } from './api/app.ts';
import type { ConsoleFiles } from './console-files.ts';
import { page } from './page.ts';

/** Allows only this origin, nothing inline, and markup only from the sanitiser. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types dompurify',
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
};

export interface ConsoleSettings {
  readonly sluice: Sluice;
  readonly load: () => ConsoleFiles;
  /** Traffic and status, on a development server only. */
  readonly development?: DevelopmentApi;
  /** Serves `/docs`, on a development server only. */
  readonly viewer?: Hono;
}

/** Serves the console: one page at `/`, its files, and its own small API. */
export function consoleApp({ sluice, load, development, viewer }: ConsoleSettings): Hono<{ Bindings: Host }> {
  const app = new Hono<{ Bindings: Host }>();
  const isDevelopment = development !== undefined;
  let loaded: ConsoleFiles | undefined;
  const console = () => (loaded ??= load());
  app.get('/', (context) => {
    const { script, styles } = console();
    return context.html(page({ script, styles, isDevelopment, wantsKey: sluice.keys !== undefined }), 200, headers);
  });
  if (viewer) app.route('/', viewer);
  app.get('/docs', (context) => context.redirect('/openapi.json'));
  app.route('/console/api', consoleApi(sluice, development));
  app.get('/console/*', (context) => {
    const file = console().files.get(context.req.path);
    if (!file) return context.text('There is no such file.\n', 404, headers);
    return context.body(file.text, 200, { ...headers, 'content-type': `${file.type}; charset=utf-8` });
  });
  return app;
}

/** Whether the request is for the console. A program that requests `/` gets the health check instead. */
export function wantsConsole(request: Request): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const { pathname } = new URL(request.url);
  if (pathname.startsWith('/console/') || pathname === '/docs' || pathname.startsWith('/docs/')) return true;
  return pathname === '/' && (request.headers.get('accept') ?? '').includes('text/html');
}
