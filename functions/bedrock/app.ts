import type { Sluice } from '../../lib/app/sluice.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { bedrockInvoke } from '../../lib/dialects/bedrock-invoke/client.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { authenticateSigV4 } from '../../lib/http/authenticate-sigv4.ts';
import { baseApp } from '../../lib/http/base-app.ts';
import { completionHandler } from '../../lib/http/completion-handler.ts';
import type { App, AppContext } from '../../lib/http/host.ts';
import { openApiHandler, openApiRoute } from '../../lib/http/openapi-handler.ts';

/** What can be done with a model: the last segment of the path. */
const operations: Readonly<Record<string, { client: ClientDialect; stream: boolean }>> = {
  'converse-stream': { client: bedrockConverse, stream: true },
  converse: { client: bedrockConverse, stream: false },
  'invoke-with-response-stream': { client: bedrockInvoke, stream: true },
  invoke: { client: bedrockInvoke, stream: false },
};

/** The function for clients of Bedrock's runtime: the AWS SDKs, with a key of ours as both halves of their credentials. */
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
  return app;
}

/** The model's id, profile or ARN; percent-encoded wholly by the SDKs, colons and slashes too. */
function modelIn(context: AppContext): string {
  return context.req.param('id') ?? '';
}

/** The headers in which the SDKs look for the request's id, and for what the chunks of an invoked model are. */
function withAwsHeaders(response: Response): Response {
  response.headers.set('x-amzn-requestid', response.headers.get('x-request-id') ?? '');
  response.headers.set('x-amzn-bedrock-content-type', 'application/json');
  return response;
}
