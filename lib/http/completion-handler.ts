import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { asking, type PrepareOptions } from './prepare-request.ts';
import { costHeader, servedHeaders } from './served-headers.ts';
import { streamResponse } from './stream-response.ts';

/** The handler of a route that answers with what a model says: as a stream, or in one piece. */
export function completionHandler(sluice: Sluice, clientOf: (request: Request) => ClientDialect, options: PrepareOptions = {}) {
  return asking(sluice, clientOf, options, async ({ gatewayRequest, exchange, leave }) => {
    const { request, client, answerState } = gatewayRequest;
    if (!request.stream) {
      const body = await sluice.gateway.complete(gatewayRequest);
      return exchange.json(body, { ...servedHeaders(answerState), ...costHeader(sluice.pricing.costOf(answerState)) });
    }
    const source = await sluice.gateway.stream(gatewayRequest);
    const headers = { ...exchange.headers, ...streamHeaders(client), ...servedHeaders(answerState) };
    return streamResponse((sink) => source(sink).finally(() => exchange.end(200)), headers, leave);
  });
}

function streamHeaders(client: ClientDialect): Record<string, string> {
  return { 'content-type': client.contentType, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };
}
