import type { Context } from 'hono';
import { authorize } from '../access/keys.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { callerLeft, type Progress, type Question } from '../gateway.ts';
import type { Sluice } from '../sluice.ts';
import type { JsonObject } from '../stream/json.ts';
import type { ModelRequest } from '../stream/request.ts';
import { admit } from './admit.ts';
import { exchange } from './exchange.ts';
import { freshId } from './ids.ts';
import { readJsonBody } from './json-body.ts';
import { streamResponse } from './stream-response.ts';

export interface AnsweringOptions {
  /** Headers of the caller that go on to a provider of the same dialect. */
  readonly forward?: readonly string[];
  /** The body as the dialect knows it, where a part of the request stands elsewhere: a model in the path. */
  readonly body?: (body: JsonObject, context: Context) => JsonObject;
}

/** The handler of a route that asks a model, in the caller's dialect: admit, read, parse, resolve, ask, answer. */
export function answering(
  sluice: Sluice,
  clientOf: (request: Request) => ClientDialect,
  { forward = [], body: asKnown = (body) => body }: AnsweringOptions = {},
) {
  return (context: Context): Promise<Response> => {
    const client = clientOf(context.req.raw);
    return exchange(sluice, client, context, async (current) => {
      const key = admit(sluice, context.req.raw);
      current.known.keyId = key.id;
      const sent = await readJsonBody(context.req.raw, sluice.bodyLimit);
      const request = capped(client.parse(asKnown(sent, context)), sluice);
      current.known.stream = request.stream;
      current.known.model = request.model;
      const route = sluice.routes.resolve(request.model);
      authorize(key, route.name);

      const progress: Progress = { attempts: [], dropped: [] };
      current.known.progress = progress;
      const left = new AbortController();
      const { signal } = context.req.raw;
      const follow = () => left.abort(callerLeft());
      if (signal.aborted) follow();
      else signal.addEventListener('abort', follow, { once: true });
      const question: Question = {
        request,
        client,
        route,
        requestId: current.requestId,
        answerId: freshId(client.idPrefix),
        created: Math.floor(Date.now() / 1000),
        headers: pick(context.req.raw.headers, forward),
        signal: left.signal,
        progress,
      };

      if (!request.stream) {
        const body = await sluice.gateway.complete(question);
        return current.json(body, servedHeaders(progress));
      }
      const source = await sluice.gateway.stream(question);
      const headers = { ...current.headers, ...streamHeaders(client), ...servedHeaders(progress) };
      return streamResponse((sink) => source(sink).finally(() => current.end(200)), headers, follow);
    });
  };
}

/** The request with an output cap: the caller's, never above the operator's; the default where the caller names none. */
function capped(request: ModelRequest, { outputTokens }: Sluice): ModelRequest {
  const maxOutputTokens = Math.min(request.parameters.maxOutputTokens ?? outputTokens.default, outputTokens.limit);
  return { ...request, parameters: { ...request.parameters, maxOutputTokens } };
}

function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) picked[name] = value;
  }
  return picked;
}

function streamHeaders(client: ClientDialect): Record<string, string> {
  return { 'content-type': client.contentType, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };
}

/** Who answered, as far as it is known when the headers go out. */
function servedHeaders({ attempts, dropped }: Progress): Record<string, string> {
  const served = attempts.at(-1);
  return {
    ...(served && { 'x-sluice-provider': served.provider, 'x-sluice-model': headerValue(served.model) }),
    'x-sluice-attempts': String(attempts.length),
    ...(dropped.length > 0 && { 'x-sluice-dropped': headerValue(dropped.join(', ')) }),
  };
}

/** Names come from the caller's request: only what a header may hold. */
function headerValue(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1024);
}
