import type { ClientDialect } from '../dialects/dialect.ts';
import type { Attempt, Progress } from '../progress.ts';
import type { Sluice } from '../sluice.ts';
import { type AskingOptions, asking } from './asking.ts';
import { streamResponse } from './stream-response.ts';

/** The handler of a route that answers with what a model says: as a stream, or in one piece. */
export function answering(sluice: Sluice, clientOf: (request: Request) => ClientDialect, options: AskingOptions = {}) {
  return asking(sluice, clientOf, options, async ({ question, exchange, leave }) => {
    const { request, client, progress } = question;
    if (!request.stream) {
      const body = await sluice.gateway.complete(question);
      return exchange.json(body, servedHeaders(progress));
    }
    const source = await sluice.gateway.stream(question);
    const headers = { ...exchange.headers, ...streamHeaders(client), ...servedHeaders(progress) };
    return streamResponse((sink) => source(sink).finally(() => exchange.end(200)), headers, leave);
  });
}

function streamHeaders(client: ClientDialect): Record<string, string> {
  return { 'content-type': client.contentType, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };
}

/** Who answered, as far as it is known when the headers go out. */
function servedHeaders({ attempts, dropped }: Progress): Record<string, string> {
  const served = attempts.at(-1);
  return {
    ...(served && { 'x-sluice-provider': headerValue(served.provider), 'x-sluice-model': headerValue(served.model) }),
    ...(served && { 'x-sluice-attempts': headerValue(attempts.map(attemptName).join(', ')) }),
    ...(dropped.length > 0 && { 'x-sluice-dropped': headerValue(dropped.join(', ')) }),
  };
}

/** `lab/x;error=upstream_error`: every attempt by its target, with the kind of its failure. */
function attemptName({ provider, model, error }: Attempt): string {
  return `${provider}/${model}${error ? `;error=${error}` : ''}`;
}

/** Names come from the caller's request: only what a header may hold. */
function headerValue(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1024);
}
