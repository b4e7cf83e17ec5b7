import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import type { GatewayRequest } from '../gateway/gateway-request.ts';
import { openDurable } from './open-durable.ts';
import { type PrepareOptions, prepareRequest, reserveLimits } from './prepare-request.ts';
import { type RequestContext, withRequestContext } from './request-context.ts';
import { streamHeaders, wholeHeaders } from './served-headers.ts';
import { streamResponse } from './stream-response.ts';

/** The handler of a route that returns a model's answer, as a stream or whole. */
export function completionHandler(sluice: Sluice, clientOf: (request: Request) => ClientDialect, options: PrepareOptions = {}) {
  return withRequestContext(sluice, clientOf, async (context, requestContext, client) => {
    const prepared = await prepareRequest(sluice, client, context, requestContext, options);
    const durable = await openDurable(sluice, prepared, context, requestContext);
    if (durable && 'replay' in durable) return durable.replay;
    try {
      const gatewayRequest = await reserveLimits(sluice, prepared, context.env, requestContext, 'answer');
      if (durable) return await durable.answer(gatewayRequest);
      if (!gatewayRequest.request.stream) return await wholeAnswer(sluice, gatewayRequest, requestContext);
      const source = await sluice.gateway.stream(gatewayRequest);
      const headers = { ...requestContext.headers, ...streamHeaders(client, gatewayRequest.answerState) };
      const { disconnected } = prepared.abort;
      return streamResponse((sink) => source(sink).finally(() => requestContext.end(200)), headers, disconnected);
    } catch (thrown) {
      await durable?.refuse(thrown);
      throw thrown;
    }
  });
}

async function wholeAnswer(sluice: Sluice, gatewayRequest: GatewayRequest, requestContext: RequestContext): Promise<Response> {
  const body = await sluice.gateway.complete(gatewayRequest);
  return requestContext.json(body, wholeHeaders(gatewayRequest.answerState, sluice.pricing));
}
