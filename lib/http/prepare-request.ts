import { authorize } from '../access/keys.ts';
import type { LimitScope } from '../access/limits/limits.ts';
import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { clientDisconnected, type GatewayRequest } from '../gateway/gateway-request.ts';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import type { ModelRequest } from '../stream/request.ts';
import { type Authenticate, authenticate } from './authenticate.ts';
import { capToDeadline } from './cap-to-deadline.ts';
import { freshId } from './fresh-id.ts';
import type { AppContext } from './host.ts';
import { parseJsonBody, readBody } from './json-body.ts';
import { type Exchange, exchange } from './request-context.ts';

export interface PrepareOptions {
  /** Who is let in; by key alone where nothing is said. */
  readonly authenticate?: Authenticate;
  /** Headers of the caller that go on to a provider of the same dialect. */
  readonly forward?: readonly string[];
  /** The body as the dialect knows it, where a part of the request stands elsewhere: a model in the path. */
  readonly body?: (body: JsonObject, context: AppContext) => JsonObject;
  /** What the key's limits are asked for: an answer, unless told. */
  readonly limitScope?: LimitScope;
}

/** A question that has been let in, and its exchange. */
export interface PreparedRequest {
  readonly gatewayRequest: GatewayRequest;
  readonly exchange: Exchange;
  /** To be called when the caller has left. */
  readonly leave: () => void;
}

/** The handler of a route that asks a model, in the caller's dialect: admit, read, parse, resolve, reserve, then reply. */
export function asking(
  sluice: Sluice,
  clientOf: (request: Request) => ClientDialect,
  { authenticate: decide = authenticate, forward = [], body: asKnown = (sent) => sent, limitScope = 'answer' }: PrepareOptions,
  reply: (asked: PreparedRequest) => Promise<Response>,
) {
  return (context: AppContext): Promise<Response> => {
    const client = clientOf(context.req.raw);
    return exchange(sluice, client, context, async (current) => {
      const { raw } = context.req;
      let reading: Promise<Uint8Array> | undefined;
      const read = () => (reading ??= readBody(raw, sluice.bodyLimit));
      const key = await decide(sluice, raw, context.env, read);
      current.known.keyId = key.id;
      const body = await read();
      current.known.bytesIn = body.length;
      const sent = parseJsonBody(body, raw, sluice.bodyLimit);
      const request = capped(client.parse(asKnown(sent, context)), sluice);
      const route = capToDeadline(sluice.routes.resolve(request.model), context.env);
      authorize(key, route.name);

      const { signal, leave } = leaving(raw.signal);
      const gatewayRequest: GatewayRequest = {
        request,
        client,
        route,
        requestId: current.requestId,
        answerId: freshId(client.idPrefix),
        created: Math.floor(Date.now() / 1000),
        headers: pick(raw.headers, forward),
        signal,
        answerState: { attempts: [], dropped: [] },
      };
      Object.assign(current.known, { stream: request.stream, model: request.model, answerState: gatewayRequest.answerState });
      current.reserved(await sluice.limits.reserve(key, gatewayRequest, limitScope));
      // Once more: a slow store of the limits has taken its time of what the host has left.
      return reply({ gatewayRequest: { ...gatewayRequest, route: capToDeadline(route, context.env) }, exchange: current, leave });
    });
  };
}

/**
 * A signal that aborts when the caller's does, or by `leave`. Made in a function of its own so that what listens to the
 * caller's signal holds nothing else of the request: that signal outlives the request where its body is read as a
 * stream, and would keep all of it alive for ever.
 */
function leaving(callers: AbortSignal): { signal: AbortSignal; leave: () => void } {
  const left = new AbortController();
  const leave = () => left.abort(clientDisconnected());
  // A host that must stop says so; whatever else ends the caller's signal is its leaving.
  const follow = () => (callers.reason instanceof SluiceError ? left.abort(callers.reason) : leave());
  if (callers.aborted) follow();
  else callers.addEventListener('abort', follow, { once: true });
  return { signal: left.signal, leave };
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
