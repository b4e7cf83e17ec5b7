import { authorize } from '../access/keys.ts';
import type { LimitScope } from '../access/limits/limits.ts';
import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { clientDisconnected, type GatewayRequest } from '../gateway/gateway-request.ts';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import { type Authenticate, authenticate } from './authenticate.ts';
import { capToDeadline } from './cap-to-deadline.ts';
import { freshId } from './fresh-id.ts';
import type { AppContext } from './host.ts';
import { parseJsonBody, readBody } from './json-body.ts';
import { withOutputCap } from './output-cap.ts';
import type { RequestContext } from './request-context.ts';

export interface PrepareOptions {
  /** How the client authenticates. By key alone by default. */
  readonly authenticate?: Authenticate;
  /** Request headers that are forwarded to a provider of the same dialect. */
  readonly forward?: readonly string[];
  /** Adds what the client sends outside the body, such as a model in the path. */
  readonly body?: (body: JsonObject, context: AppContext) => JsonObject;
  /** Which limits of the key apply. By default those of a completion. */
  readonly limitScope?: LimitScope;
}

/** A request that passed every check and may be sent to a provider. */
export interface PreparedRequest {
  readonly gatewayRequest: GatewayRequest;
  /** Aborts the request. The host calls it when the client disconnects. */
  readonly abort: () => void;
}

/**
 * Authenticates, reads and parses a request, resolves its model, authorizes the key and reserves its limits, in this
 * order. Throws a SluiceError at the first check that fails.
 */
export async function prepareRequest(
  sluice: Sluice,
  client: ClientDialect,
  context: AppContext,
  requestContext: RequestContext,
  { authenticate: identify = authenticate, forward = [], body: complete = (sent) => sent, limitScope = 'answer' }: PrepareOptions,
): Promise<PreparedRequest> {
  const { raw } = context.req;
  const { known, requestId } = requestContext;
  let reading: Promise<Uint8Array> | undefined;
  const read = () => (reading ??= readBody(raw, sluice.bodyLimit));

  const key = await identify(sluice, raw, context.env, read);
  known.keyId = key.id;
  const bytes = await read();
  known.bytesIn = bytes.length;
  const request = withOutputCap(
    client.parse(complete(parseJsonBody(bytes, raw, sluice.bodyLimit), context)),
    sluice.outputTokens,
  );
  const route = sluice.routes.resolve(request.model);
  authorize(key, route.name);

  const { signal, abort } = abortSignal(raw.signal);
  const gatewayRequest: GatewayRequest = {
    request,
    client,
    route: capToDeadline(route, context.env),
    requestId,
    answerId: freshId(client.idPrefix),
    created: Math.floor(Date.now() / 1000),
    headers: pick(raw.headers, forward),
    signal,
    answerState: { attempts: [] },
  };
  Object.assign(known, { stream: request.stream, model: request.model, answerState: gatewayRequest.answerState });
  requestContext.reserved(await sluice.limits.reserve(key, gatewayRequest, limitScope));
  // Again, because a slow limits store has used part of the host's remaining time.
  return { gatewayRequest: { ...gatewayRequest, route: capToDeadline(route, context.env) }, abort };
}

/**
 * A signal that aborts with the client's, or through `abort`. A separate function, so that the listener on the
 * client's signal keeps nothing else of the request alive. If the body is read as a stream, that signal outlives the
 * request and would keep all of it in memory.
 */
function abortSignal(clientSignal: AbortSignal): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(clientDisconnected());
  // A host that must stop aborts with a SluiceError. Any other reason is a disconnect.
  const follow = () => (clientSignal.reason instanceof SluiceError ? controller.abort(clientSignal.reason) : abort());
  if (clientSignal.aborted) follow();
  else clientSignal.addEventListener('abort', follow, { once: true });
  return { signal: controller.signal, abort };
}

function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) picked[name] = value;
  }
  return picked;
}
