import type { RequestReservation } from '../access/limits/limits.ts';
import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { redactError } from '../redact/redact.ts';
import { type SluiceError, toSluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import type { AccessEntry } from '../telemetry/access-entry.ts';
import { clientIds } from '../telemetry/client-ids.ts';
import { freshId } from './fresh-id.ts';
import type { AppContext, Host } from './host.ts';
import { withPublicErrors } from './public-errors.ts';
import { servedHeaders } from './served-headers.ts';

/** The part of a client dialect that reports a failed request. */
export type ErrorDialect = Pick<ClientDialect, 'name' | 'error' | 'limitHeaders'>;

/** The dialect in which this client reads errors. */
export type ErrorDialectOf = (request: Request) => ErrorDialect;

/** One request while it is handled: its id, what the access log will contain, and how the handler responds. */
export interface RequestContext {
  readonly requestId: string;
  /** What is known so far, for the access log. */
  readonly known: Pick<AccessEntry, 'keyId' | 'stream' | 'model' | 'bytesIn' | 'answerState' | 'durable' | 'linked'>;
  /** Headers of every response to this request. */
  readonly headers: Record<string, string>;
  /** Keeps a reservation of the key's limits until the request ends and settles it then. Throws its refusal. */
  reserved(reservation: RequestReservation): void;
  /** A JSON response with status 200. Ends the request. */
  json(body: JsonObject, headers?: Record<string, string>): Response;
  /** Writes the access log line and settles the reservation. A stream calls it once, when it has ended. */
  end(status: number): void;
}

/**
 * Wraps a route handler. The wrapper assigns the request id, turns whatever the handler throws into an error of the
 * client's dialect, writes exactly one access log line and settles the limits.
 */
export function withRequestContext<Dialect extends ErrorDialect>(
  sluice: Sluice,
  dialectOf: (request: Request) => Dialect,
  handle: (context: AppContext, requestContext: RequestContext, dialect: Dialect) => Response | Promise<Response>,
): (context: AppContext) => Promise<Response> {
  return async (context) => {
    const own = dialectOf(context.req.raw);
    const dialect = sluice.hidesInternals ? withPublicErrors(own) : own;
    const { requestContext, fail } = startRequest(sluice, dialect, context);
    try {
      return await handle(context, requestContext, dialect);
    } catch (thrown) {
      return fail(redactError(toSluiceError(thrown)));
    }
  };
}

function startRequest(sluice: Sluice, dialect: ErrorDialect, context: AppContext) {
  const startedAt = sluice.clock.now();
  const requestId = freshId('req_');
  const known: RequestContext['known'] = {};
  const headers: Record<string, string> = { 'x-request-id': requestId, 'request-id': requestId };
  const userAgent = context.req.header('user-agent');
  const ids = clientIds(context.req.raw.headers);
  // The type promises a host, but an app can run without one.
  const host: Host | undefined = context.env;
  let reservation: RequestReservation | undefined;

  const record = (status: number, error?: SluiceError) => {
    const { answerState } = known;
    const cost = answerState && sluice.pricing.costOf(answerState);
    const settled = answerState && reservation?.settle(answerState, cost);
    if (settled) host?.waitUntil?.(settled);
    sluice.record({
      ...known,
      requestId,
      route: context.req.path,
      dialect: dialect.name,
      startedAt,
      endedAt: sluice.clock.now(),
      status,
      ids,
      ...(userAgent !== undefined && { userAgent }),
      ...(host?.requestId !== undefined && { hostRequestId: host.requestId }),
      ...(host?.remainingMs && { remainingMs: host.remainingMs() }),
      ...(cost && { cost }),
      ...(error && { error }),
    });
  };

  const requestContext: RequestContext = {
    requestId,
    known,
    headers,
    reserved(next) {
      reservation = next;
      Object.assign(headers, dialect.limitHeaders?.(next.allowances));
      if (next.refusal) throw next.refusal;
    },
    json(body, more) {
      const response = Response.json(body, { headers: { ...headers, ...more } });
      // Comes last, so that a body that can't be serialized is logged and settled once, as a failure.
      record(200);
      return response;
    },
    end: (status) => record(status),
  };

  const fail = (error: SluiceError): Response => {
    const { status, body, headers: more } = dialect.error(error, requestId);
    record(status, error);
    const served = known.answerState && servedHeaders(known.answerState);
    return Response.json(body, { status, headers: { ...headers, ...served, ...more } });
  };
  return { requestContext, fail };
}
