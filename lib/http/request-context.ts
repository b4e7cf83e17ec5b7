import type { RequestReservation } from '../access/limits/limits.ts';
import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { redactError } from '../secrets/redact.ts';
import { toSluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import type { AccessEntry } from '../telemetry/access-log.ts';
import { callerIds } from '../telemetry/caller-ids.ts';
import { freshId } from './fresh-id.ts';
import type { AppContext, Host } from './host.ts';
import { servedHeaders } from './served-headers.ts';

/** The dialect's way to say that a request failed; all that an exchange needs of it. */
export type ErrorDialect = Pick<ClientDialect, 'name' | 'error' | 'limitHeaders'>;

/** The dialect in which this caller is to be told what went wrong. */
export type ErrorDialectOf = (request: Request) => ErrorDialect;

/** One request and its answer: its id, what the log will say of it, and the answers that every route can give. */
export interface Exchange {
  readonly requestId: string;
  /** What is known so far, for the access log. */
  readonly known: Pick<AccessEntry, 'keyId' | 'stream' | 'model' | 'bytesIn' | 'answerState'>;
  /** Takes what was reserved of a key's limits, to be settled at the end. Throws where it is a refusal. */
  reserved(reservation: RequestReservation): void;
  json(body: JsonObject, headers?: Record<string, string>): Response;
  /** Headers that every answer carries. */
  readonly headers: Record<string, string>;
  /** Writes the access log's line, once; a stream calls it when it has ended. */
  end(status: number): void;
}

/**
 * Runs one request: whatever `answer` throws becomes an error in the caller's dialect with its request id, and
 * exactly one line is logged.
 */
export async function exchange(
  sluice: Sluice,
  dialect: ErrorDialect,
  context: AppContext,
  answer: (exchange: Exchange) => Promise<Response>,
): Promise<Response> {
  const startedAt = sluice.clock.now();
  const requestId = freshId('req_');
  const known: Exchange['known'] = {};
  const userAgent = context.req.header('user-agent');
  const headers: Record<string, string> = { 'x-request-id': requestId, 'request-id': requestId };
  const caller = callerIds(context.req.raw.headers);
  // A host may give nothing at all, whatever its type says.
  const host: Host | undefined = context.env;
  let reservation: RequestReservation | undefined;
  const record = (status: number, error?: AccessEntry['error']) => {
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
      caller,
      ...(userAgent !== undefined && { userAgent }),
      ...(host?.requestId !== undefined && { hostRequestId: host.requestId }),
      ...(host?.remainingMs && { remainingMs: host.remainingMs() }),
      ...(cost && { cost }),
      ...(error && { error }),
    });
  };
  try {
    return await answer({
      requestId,
      known,
      headers,
      reserved(given) {
        reservation = given;
        Object.assign(headers, dialect.limitHeaders?.(given.allowances));
        if (given.refusal) throw given.refusal;
      },
      json(body, more) {
        const response = Response.json(body, { headers: { ...headers, ...more } });
        // Last: an answer that could not be made is one failure, logged and settled once.
        record(200);
        return response;
      },
      end: (status) => record(status),
    });
  } catch (thrown) {
    const error = redactError(toSluiceError(thrown));
    const { status, body, headers: more } = dialect.error(error, requestId);
    record(status, error);
    const served = known.answerState && servedHeaders(known.answerState);
    return Response.json(body, { status, headers: { ...headers, ...served, ...more } });
  }
}
