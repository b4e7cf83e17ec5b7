import { hasOriginSecret } from '../lib/access/origin-secret.ts';
import type { Sluice } from '../lib/app/sluice.ts';
import { canonicalPath } from '../lib/http/canonical-path.ts';
import type { Fetch } from '../lib/http/node-server.ts';
import { openApiHandler, openApiRoute } from '../lib/http/openapi-handler.ts';
import { anthropicApp } from './anthropic/app.ts';
import { bedrockApp } from './bedrock/app.ts';
import { wantsConsole } from './console/app.ts';
import { familyOf } from './family-of.ts';
import { openaiApp } from './openai/app.ts';

/** Every function behind one base URL. With a console, a browser that requests `/` gets its page. */
export function allFunctions(sluice: Sluice, console?: { fetch: Fetch }): Fetch {
  const apps = { openai: openaiApp(sluice), anthropic: anthropicApp(sluice), bedrock: bedrockApp(sluice) };
  const described = openApiHandler(['openai', 'anthropic', 'bedrock']);
  return (request, host) => {
    // The apps reject requests that bypassed CloudFront. The console is protected in the same way.
    const isLetIn = sluice.originSecret === undefined || hasOriginSecret(request.headers, sluice.originSecret);
    if (isLetIn && console && wantsConsole(request)) return console.fetch(request, host);
    const path = canonicalPath(request);
    if (isLetIn && path === openApiRoute && request.method === 'GET') return described();
    return apps[familyOf(path, request.headers)].fetch(request, host);
  };
}
