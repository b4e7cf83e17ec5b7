import type { ClientDialect } from '../dialects/dialect.ts';
import { concealError } from '../secrets/conceal.ts';
import type { Sluice } from '../sluice.ts';
import { toSluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import { type Access, accessLine } from '../telemetry/access-log.ts';
import type { AppContext } from './host.ts';
import { freshId } from './ids.ts';
import { servedHeaders } from './served-headers.ts';

/** The dialect's way to say that a request failed; all that an exchange needs of it. */
export type ErrorDialect = Pick<ClientDialect, 'name' | 'error'>;

/** The dialect in which this caller is to be told what went wrong. */
export type ErrorDialectOf = (request: Request) => ErrorDialect;

/** One request and its answer: its id, what the log will say of it, and the answers that every route can give. */
export interface Exchange {
  readonly requestId: string;
  /** What is known so far, for the access log. */
  readonly known: Pick<Access, 'keyId' | 'stream' | 'model' | 'progress'>;
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
  const headers = { 'x-request-id': requestId, 'request-id': requestId };
  const log = (status: number, error?: Access['error']) =>
    sluice.log(
      accessLine({
        ...known,
        requestId,
        route: context.req.path,
        dialect: dialect.name,
        startedAt,
        endedAt: sluice.clock.now(),
        status,
        ...(userAgent !== undefined && { userAgent }),
        ...(error && { error }),
      }),
    );
  try {
    return await answer({
      requestId,
      known,
      headers,
      json(body, more) {
        log(200);
        return Response.json(body, { headers: { ...headers, ...more } });
      },
      end: (status) => log(status),
    });
  } catch (thrown) {
    const error = concealError(toSluiceError(thrown));
    const { status, body, headers: more } = dialect.error(error, requestId);
    log(status, error);
    const served = known.progress && servedHeaders(known.progress);
    return Response.json(body, { status, headers: { ...headers, ...served, ...more } });
  }
}
