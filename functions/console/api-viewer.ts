import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';

/** The viewer styles its elements inline. Its scripts and requests stay on this server. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sluice API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <script src="/docs/swagger-ui-bundle.js" defer></script>
    <script src="/docs/start.js" defer></script>
  </head>
  <body>
    <main id="api"></main>
  </body>
</html>
`;

/** Without a validator, which is a service of somebody else. */
const start = `document.documentElement.classList.toggle('dark-mode', matchMedia('(prefers-color-scheme: dark)').matches);
SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', validatorUrl: null, deepLinking: true, docExpansion: 'list' });
`;

/** Serves `/docs`: the API of this server in Swagger UI, which is read from its package on first use. */
export function apiViewer(): Hono {
  const app = new Hono();
  const read = (name: string) => readFileSync(join(dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist'))), name), 'utf8');
  const script = { ...headers, 'content-type': 'text/javascript; charset=utf-8' };
  app.get('/docs', (context) => context.html(page, 200, headers));
  app.get('/docs/start.js', (context) => context.body(start, 200, script));
  app.get('/docs/swagger-ui-bundle.js', (context) => context.body(read('swagger-ui-bundle.js'), 200, script));
  app.get('/docs/swagger-ui.css', (context) => {
    return context.body(read('swagger-ui.css'), 200, { ...headers, 'content-type': 'text/css; charset=utf-8' });
  });
  return app;
}
