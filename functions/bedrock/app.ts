import type { Sluice } from '../../lib/app/sluice.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { bedrockInvoke } from '../../lib/dialects/bedrock-invoke/client.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { authenticateSigV4 } from '../../lib/http/authenticate-sigv4.ts';
import { baseApp } from '../../lib/http/base-app.ts';
import { completionHandler } from '../../lib/http/completion-handler.ts';
import { countTokensHandler } from '../../lib/http/count-tokens-handler.ts';
import type { App, AppContext } from '../../lib/http/host.ts';
import { openApiHandler, openApiRoute } from '../../lib/http/openapi-handler.ts';
import { addStreamRoutes } from '../../lib/http/stream-handlers.ts';
import { countedClient } from './counted-client.ts';

/** The operations on a model: the last segment of the path. */
const operations: Readonly<Record<string, { client: ClientDialect; stream: boolean }>> = {
  'converse-stream': { client: bedrockConverse, stream: true },
  converse: { client: bedrockConverse, stream: false },
  'invoke-with-response-stream': { client: bedrockInvoke, stream: true },
  invoke: { client: bedrockInvoke, stream: false },
};

/** The function for Bedrock runtime clients: the AWS SDKs, with a Sluice key as both access key id and secret. */
export function bedrockApp(sluice: Sluice): App {
  const app = baseApp(sluice, () => bedrockConverse);
  app.get(openApiRoute, openApiHandler(['bedrock']));
  for (const [operation, { client, stream }] of Object.entries(operations)) {
    const answer = completionHandler(sluice, () => client, {
      authenticate: authenticateSigV4,
      body: (body, context) => ({ ...body, model: modelIn(context), stream }),
    });
    app.post(`/v1/model/:id{.+}/${operation}`, async (context) => withAwsHeaders(await answer(context)));
  }
  const count = countTokensHandler(sluice, () => countedClient, 'inputTokens', {
    authenticate: authenticateSigV4,
    body: (body, context) => ({ ...body, model: modelIn(context) }),
  });
  app.post('/v1/model/:id{.+}/count-tokens', async (context) => withAwsHeaders(await count(context)));
  addStreamRoutes(app, sluice, () => bedrockConverse, authenticateSigV4);
  return app;
}

/** The model id, profile or ARN. The SDKs percent-encode all of it, including colons and slashes. */
function modelIn(context: AppContext): string {
  return context.req.param('id') ?? '';
}

/** The headers in which the SDKs expect the request id, and the content type of Invoke chunks. */
function withAwsHeaders(response: Response): Response {
  response.headers.set('x-amzn-requestid', response.headers.get('x-request-id') ?? '');
  response.headers.set('x-amzn-bedrock-content-type', 'application/json');
  return response;
}
