import { authorize, type KeyRecord } from '../access/keys.ts';
import type { LimitScope } from '../access/limits/limits.ts';
import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { clientDisconnected, type GatewayRequest } from '../gateway/gateway-request.ts';
import { SluiceError } from '../stream/errors.ts';
import type { Json, JsonObject } from '../stream/json.ts';
import { type Authenticate, authenticate } from './authenticate.ts';
import { capToDeadline } from './cap-to-deadline.ts';
import { freshId } from './fresh-id.ts';
import type { AppContext, Host } from './host.ts';
import { parseJsonBody, readBody } from './json-body.ts';
import { withOutputCap } from './output-cap.ts';
import type { RequestContext } from './request-context.ts';

export interface PrepareOptions {
  /** How the client authenticates. By key alone by default. */
  readonly authenticate?: Authenticate;
  /** Request headers that are forwarded to a provider of the same dialect. */
  readonly forward?: readonly string[];
  /** Resolves what a body refers to by what is stored. */
  readonly resolve?: Resolve;
  /** Adds what the client sends outside the body, such as a model in the path. */
  readonly body?: (body: JsonObject, context: AppContext) => JsonObject;
}

/** A body that stands for itself, and what it wants of state. */
export type Resolve = (
  body: JsonObject,
  key: KeyRecord,
  request: Request,
) => Promise<{ readonly body: JsonObject; readonly state?: RequestState | undefined }>;

/** What a Responses request wants of state, beside its body. */
export interface RequestState {
  readonly background: boolean;
  /** The id of the response that it continues. */
  readonly previous?: string;
  /** What it sent as its own input. */
  readonly input: Json | undefined;
}

/** A request that passed every check. Once its limits are reserved it may be sent to a provider. */
export interface PreparedRequest {
  readonly key: KeyRecord;
  /** What the client sent, with what it sent outside the body. */
  readonly body: JsonObject;
  readonly gatewayRequest: GatewayRequest;
  /** Set if the answer is to be stored for later requests. */
  readonly state: RequestState | undefined;
  readonly abort: Abort;
}

/** The ways in which a request is aborted. */
export interface Abort {
  /** The host calls it when the client disconnects. */
  disconnected(): void;
  /** From now on a disconnect doesn't abort the request. */
  detach(): void;
  /** Aborts the request for this reason. */
  stop(reason: SluiceError): void;
}

/**
 * Authenticates, reads and parses a request, resolves its model and authorizes the key, in this order. Throws a
 * SluiceError at the first check that fails.
 */
export async function prepareRequest(
  sluice: Sluice,
  client: ClientDialect,
  context: AppContext,
  requestContext: RequestContext,
  { authenticate: identify = authenticate, forward = [], body: complete = (sent) => sent, resolve }: PrepareOptions,
): Promise<PreparedRequest> {
  const { raw } = context.req;
  const { known, requestId } = requestContext;
  let reading: Promise<Uint8Array> | undefined;
  const read = () => (reading ??= readBody(raw, sluice.bodyLimit, context.env));

  const key = await identify(sluice, raw, context.env, read);
  known.keyId = key.id;
  const bytes = await read();
  known.bytesIn = bytes.length;
  const sent = complete(parseJsonBody(bytes, raw, sluice.bodyLimit), context);
  const { body, state } = resolve ? await resolve(sent, key, raw) : { body: sent };
  const request = withOutputCap(client.parse(body), sluice.outputTokens);
  const route = sluice.routes.resolve(request.model);
  authorize(key, route.name);

  const { serviceTier } = request.parameters;
  const { signal, ...abort } = abortSignal(raw.signal);
  const gatewayRequest: GatewayRequest = {
    request,
    client,
    route: capToDeadline(route, context.env),
    requestId,
    answerId: freshId(client.idPrefix),
    created: Math.floor(Date.now() / 1000),
    headers: pick(raw.headers, forward),
    signal,
    answerState: { attempts: [], ...(serviceTier !== undefined && { serviceTier }) },
  };
  Object.assign(known, { stream: request.stream, model: request.model, answerState: gatewayRequest.answerState });
  return { key, body, gatewayRequest, state, abort };
}

/** Reserves the limits of the key. Returns the request as it may be sent. Throws a SluiceError where it may not. */
export async function reserveLimits(
  sluice: Sluice,
  { key, gatewayRequest }: PreparedRequest,
  host: Host | undefined,
  requestContext: RequestContext,
  limitScope: LimitScope,
): Promise<GatewayRequest> {
  requestContext.reserved(await sluice.limits.reserve(key, gatewayRequest, limitScope));
  // Again, because a slow limits store has used part of the host's remaining time.
  return { ...gatewayRequest, route: capToDeadline(gatewayRequest.route, host) };
}

/**
 * A signal that aborts with the client's, or through `abort`. A separate function, so that the listener on the
 * client's signal keeps nothing else of the request alive. If the body is read as a stream, that signal outlives the
 * request and would keep all of it in memory.
 */
function abortSignal(clientSignal: AbortSignal): Abort & { signal: AbortSignal } {
  const controller = new AbortController();
  let isDetached = false;
  const disconnected = () => {
    if (!isDetached) controller.abort(clientDisconnected());
  };
  // A host that must stop aborts with a SluiceError. Any other reason is a disconnect.
  const follow = () => (clientSignal.reason instanceof SluiceError ? controller.abort(clientSignal.reason) : disconnected());
  if (clientSignal.aborted) follow();
  else clientSignal.addEventListener('abort', follow, { once: true });
  const detach = () => {
    isDetached = true;
  };
  return { signal: controller.signal, disconnected, detach, stop: (reason) => controller.abort(reason) };
}

function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) picked[name] = value;
  }
  return picked;
}
