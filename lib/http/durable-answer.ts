import type { Sluice } from '../app/sluice.ts';
import { newResponse } from '../dialects/openai-responses/response-body.ts';
import { dialectName as openaiResponses } from '../dialects/openai-responses/wire.ts';
import type { AnswerState } from '../gateway/answer-state.ts';
import { encodeOptions } from '../gateway/gateway.ts';
import type { GatewayRequest } from '../gateway/gateway-request.ts';
import { redactError } from '../redact/redact.ts';
import { toSluiceError } from '../stream/errors.ts';
import type { DurableStreams } from '../streams/durable-streams.ts';
import { failureEvents } from '../streams/failure-events.ts';
import { follow } from '../streams/follow.ts';
import { Production } from '../streams/production.ts';
import type { ResponseInput } from '../streams/response-input.ts';
import { inputItems, responseId } from '../streams/response-state.ts';
import { idempotencyKeyIn, requestDigest } from '../streams/stream-id.ts';
import type { StreamAddress } from '../streams/stream-log.ts';
import { canHaveIds } from '../streams/write-events.ts';
import { eventPosition } from './event-position.ts';
import type { AppContext, Host } from './host.ts';
import type { PreparedRequest, RequestState } from './prepare-request.ts';
import { replayResponse, wantsEventIds } from './replay-response.ts';
import type { RequestContext } from './request-context.ts';
import { streamHeaders, wholeHeaders } from './served-headers.ts';
import { streamResponse } from './stream-response.ts';

/** What durable streams make of a request: the answer of an earlier request, or one that is stored as it comes. */
export type Durable = { readonly replay: Response } | DurableAnswer;

export interface DurableAnswer {
  answer(gatewayRequest: GatewayRequest): Promise<Response>;
  /** The request failed before anything was delivered. Never rejects. */
  refuse(thrown: unknown): Promise<void>;
}

/**
 * Claims a stream for a request. Where the store can't be reached, a request with an idempotency key is refused, because
 * it may have been answered already; one without is answered and nothing of it is stored.
 */
export async function durableAnswer(
  streams: DurableStreams,
  sluice: Sluice,
  prepared: PreparedRequest,
  context: AppContext,
  requestContext: RequestContext,
): Promise<Durable | undefined> {
  const { key, body, gatewayRequest, state, abort } = prepared;
  const { settings } = streams;
  const { raw } = context.req;
  const idempotencyKey = idempotencyKeyIn(raw.headers);
  const digest = requestDigest(gatewayRequest.client.name, body, state?.background ?? null);
  const { totalMs } = gatewayRequest.route;
  const { name } = gatewayRequest.client;
  if (name === openaiResponses && !state && idempotencyKey === undefined) return undefined;
  try {
    const lost =
      gatewayRequest.route.continueText && gatewayRequest.request.stream && idempotencyKey !== undefined
        ? await streams.lost({ keyId: key.id, idempotencyKey, digest })
        : undefined;
    const claimed = await streams.claim({ keyId: key.id, idempotencyKey, digest, totalMs, stop: abort.stop });
    if (!(claimed instanceof Production)) {
      return {
        replay: await replayResponse(streams, claimed, {
          context,
          requestContext,
          isRepeated: true,
          after: eventPosition(context),
        }),
      };
    }
    if (settings.whenAbandoned === 'finish') abort.detach();
    requestContext.headers['x-sluice-stream'] = claimed.id;
    requestContext.headers['x-sluice-durability'] = settings.durability;
    requestContext.known.durable = { id: claimed.id, role: 'created', isDegraded: () => claimed.isDegraded };
    return production({ claimed, lost }, streams, sluice, prepared, context, requestContext);
  } catch (thrown) {
    const error = toSluiceError(thrown);
    if (idempotencyKey !== undefined || error.kind !== 'streams_unavailable') throw error;
    settings.onFailure(error.cause);
    requestContext.headers['x-sluice-durability'] = 'none';
    requestContext.known.durable = { role: 'unstored' };
    return undefined;
  }
}

/** A claimed stream, and what is left of an earlier answer to the same request. */
interface Claimed {
  readonly claimed: Production;
  readonly lost: readonly Uint8Array[] | undefined;
}

function production(
  { claimed, lost }: Claimed,
  { settings }: DurableStreams,
  sluice: Sluice,
  { gatewayRequest: { client, requestId }, state, abort }: PreparedRequest,
  context: AppContext,
  requestContext: RequestContext,
): DurableAnswer {
  // The type promises a host, but an app can run without one.
  const host: Host | undefined = context.env;

  const input = state && responseInput(state, claimed.head);

  async function whole(gatewayRequest: GatewayRequest): Promise<Response> {
    const body = await sluice.gateway.complete(gatewayRequest);
    const headers = wholeHeaders(gatewayRequest.answerState, sluice.pricing);
    const stored = {
      status: 200,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      input,
    };
    await claimed.whole(stored, 'finished');
    return requestContext.json(body, headers);
  }

  /** Runs the answer to its end, with or without a reader. */
  async function run(gatewayRequest: GatewayRequest) {
    const { answerState } = gatewayRequest;
    const source = await sluice.gateway.stream(gatewayRequest);
    const headers = streamHeaders(client, answerState);
    const { comment } = client;
    const failures = failureEvents(client, encodeOptions(gatewayRequest));
    const opening = { status: 200, headers, streamed: true, failures, ...(input && { input }), ...(comment && { comment }) };
    const pump = claimed.stream(opening, () => endState(answerState));
    const produced = source(pump)
      .then(() => pump.done)
      .finally(() => requestContext.end(200));
    return { pump, headers, failures, produced };
  }

  async function streamed(gatewayRequest: GatewayRequest): Promise<Response> {
    const { pump, headers, failures, produced } = await run(gatewayRequest);
    host?.waitUntil?.(produced);
    const reading = new AbortController();
    const withIds = wantsEventIds(context.req.raw.headers) && canHaveIds(headers);
    const following = { ...settings, address: claimed.head, failures, withIds, signal: reading.signal };
    return streamResponse(
      (sink) => follow(pump, sink, following),
      { ...requestContext.headers, ...headers },
      () => {
        pump.clientLeft();
        reading.abort();
        abort.disconnected();
      },
    );
  }

  /** Answers at once. The response is retrieved later, a failed one too. */
  async function inBackground(gatewayRequest: GatewayRequest): Promise<Response> {
    const options = encodeOptions(gatewayRequest);
    const response = newResponse(options, options.id, options.model);
    const fail = async (thrown: unknown) => {
      const { kind: code, message } = redactError(toSluiceError(thrown));
      const body = JSON.stringify({ ...response, status: 'failed', error: { code, message } });
      await claimed.whole({ status: 200, headers: { 'content-type': 'application/json' }, body, input }, 'failed');
      requestContext.end(200);
    };
    const work = run(gatewayRequest).then(({ produced }) => produced, fail);
    host?.waitUntil?.(work);
    return Response.json({ ...response, status: 'queued' }, { headers: requestContext.headers });
  }

  return {
    async answer(given) {
      const own = state ? storedRequest(given, state, claimed) : given;
      const gatewayRequest = lost ? await continuing(own, lost) : own;
      if (gatewayRequest.request.stream) return streamed(gatewayRequest);
      return state?.background ? inBackground(gatewayRequest) : whole(gatewayRequest);
    },
    async refuse(thrown) {
      const error = redactError(toSluiceError(thrown));
      const { status, body, headers } = client.error(error, requestId);
      const answer = { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
      await claimed.whole(answer, error.kind === 'stream_cancelled' ? 'cancelled' : 'refused');
    },
  };
}

/** The request, with what its client got before. */
async function continuing(gatewayRequest: GatewayRequest, stored: readonly Uint8Array[]): Promise<GatewayRequest> {
  const { lostAnswer } = await import('./lost-answer.ts');
  const lost = await lostAnswer(stored, gatewayRequest);
  return lost ? { ...gatewayRequest, lost } : gatewayRequest;
}

/** A stored response has the id of its stream. */
function storedRequest(
  gatewayRequest: GatewayRequest,
  { previous, background }: RequestState,
  { head }: Production,
): GatewayRequest {
  return { ...gatewayRequest, answerId: responseId(head), stored: { background, ...(previous !== undefined && { previous }) } };
}

function responseInput({ input, previous }: RequestState, address: StreamAddress): ResponseInput {
  return { items: inputItems(input, address), ...(previous !== undefined && { previous }) };
}

function endState({ end }: AnswerState): 'finished' | 'cancelled' | 'failed' {
  if (end?.type === 'finish') return 'finished';
  return end?.error.kind === 'stream_cancelled' ? 'cancelled' : 'failed';
}
