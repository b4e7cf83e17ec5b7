import { hasOriginSecret } from '../lib/access/origin-secret.ts';
import type { Sluice } from '../lib/app/sluice.ts';
import { canonicalPath } from '../lib/http/canonical-path.ts';
import type { Fetch } from '../lib/http/node-server.ts';
import { openApiHandler, openApiRoute } from '../lib/http/openapi-handler.ts';
import { anthropicApp } from './anthropic/app.ts';
import { bedrockApp } from './bedrock/app.ts';
import { wantsConsole } from './console/app.ts';
import { openaiApp } from './openai/app.ts';

/** Paths of only one client family. */
const anthropicPaths = /^\/v1\/(messages|complete)(\/|$)/;
const bedrockPaths = /^\/v1\/model\//;

/**
 * Every function behind one base URL. On shared paths, `anthropic-version` identifies the client family. With a
 * console, a browser that requests `/` gets its page.
 */
export function allFunctions(sluice: Sluice, console?: { fetch: Fetch }): Fetch {
  const openai = openaiApp(sluice);
  const anthropic = anthropicApp(sluice);
  const bedrock = bedrockApp(sluice);
  const described = openApiHandler(['openai', 'anthropic', 'bedrock']);
  return (request, host) => {
    // The apps reject requests that bypassed CloudFront. The console is protected in the same way.
    const isLetIn = sluice.originSecret === undefined || hasOriginSecret(request.headers, sluice.originSecret);
    if (isLetIn && console && wantsConsole(request)) return console.fetch(request, host);
    const path = canonicalPath(request);
    if (isLetIn && path === openApiRoute && request.method === 'GET') return described();
    if (bedrockPaths.test(path)) return bedrock.fetch(request, host);
    const isAnthropic = anthropicPaths.test(path) || request.headers.has('anthropic-version');
    return (isAnthropic ? anthropic : openai).fetch(request, host);
  };
}
