import type { ClientDialect } from '../dialects/dialect.ts';
import type { Sluice } from '../sluice.ts';
import { type AskingOptions, asking } from './asking.ts';
import { costHeader, servedHeaders } from './served-headers.ts';
import { streamResponse } from './stream-response.ts';

/** The handler of a route that answers with what a model says: as a stream, or in one piece. */
export function answering(sluice: Sluice, clientOf: (request: Request) => ClientDialect, options: AskingOptions = {}) {
  return asking(sluice, clientOf, options, async ({ question, exchange, leave }) => {
    const { request, client, progress } = question;
    if (!request.stream) {
      const body = await sluice.gateway.complete(question);
      return exchange.json(body, { ...servedHeaders(progress), ...costHeader(sluice.pricing.costOf(progress)) });
    }
    const source = await sluice.gateway.stream(question);
    const headers = { ...exchange.headers, ...streamHeaders(client), ...servedHeaders(progress) };
    return streamResponse((sink) => source(sink).finally(() => exchange.end(200)), headers, leave);
  });
}

function streamHeaders(client: ClientDialect): Record<string, string> {
  return { 'content-type': client.contentType, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };
}
