import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { type PrepareOptions, prepareRequest } from './prepare-request.ts';
import { withRequestContext } from './request-context.ts';
import { costHeader, servedHeaders } from './served-headers.ts';
import { streamResponse } from './stream-response.ts';

/** The handler of a route that returns a model's answer, as a stream or whole. */
export function completionHandler(sluice: Sluice, clientOf: (request: Request) => ClientDialect, options: PrepareOptions = {}) {
  return withRequestContext(sluice, clientOf, async (context, requestContext, client) => {
    const { gatewayRequest, abort } = await prepareRequest(sluice, client, context, requestContext, options);
    const { request, answerState } = gatewayRequest;
    if (!request.stream) {
      const body = await sluice.gateway.complete(gatewayRequest);
      return requestContext.json(body, { ...servedHeaders(answerState), ...costHeader(sluice.pricing.costOf(answerState)) });
    }
    const source = await sluice.gateway.stream(gatewayRequest);
    const headers = { ...requestContext.headers, ...streamHeaders(client), ...servedHeaders(answerState) };
    return streamResponse((sink) => source(sink).finally(() => requestContext.end(200)), headers, abort);
  });
}

function streamHeaders(client: ClientDialect): Record<string, string> {
  return { 'content-type': client.contentType, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };
}
