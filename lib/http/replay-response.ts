import { clientDisconnected } from '../gateway/gateway-request.ts';
import { SluiceError } from '../stream/errors.ts';
import { type DurableStreams, reach } from '../streams/durable-streams.ts';
import { replay } from '../streams/replay.ts';
import { publicId } from '../streams/stream-id.ts';
import type { StreamHead } from '../streams/stream-log.ts';
import type { AppContext } from './host.ts';
import type { RequestContext } from './request-context.ts';
import { streamResponse } from './stream-response.ts';
import { watchedReading } from './watched-reading.ts';

export interface ReplayRequest {
  readonly context: AppContext;
  readonly requestContext: RequestContext;
  /** The original request was sent again with its idempotency key. Its answer has event ids only where it wants them. */
  readonly isRepeated: boolean;
  /** Whether each event has an id. By default those of a resumed stream have. */
  readonly withIds?: boolean;
  /** Only events with a higher number are wanted. */
  readonly after?: number | undefined;
}

/** The stored answer as a response, from its beginning or from a position on; 204 where nothing follows that position. */
export async function replayResponse(
  { settings }: DurableStreams,
  head: StreamHead,
  { context, requestContext, isRepeated, withIds = !isRepeated, after }: ReplayRequest,
): Promise<Response> {
  const { raw } = context.req;
  const { headers } = requestContext;
  const id = publicId(head);
  headers['x-sluice-stream'] = id;
  if (isRepeated) headers['idempotent-replayed'] = 'true';

  const role = !isRepeated ? 'resumed' : head.state === 'open' ? 'joined' : 'replayed';
  const left = new AbortController();
  const reading = {
    ...watchedReading(settings, head, role, requestContext),
    signal: AbortSignal.any([raw.signal, left.signal]),
    withIds: withIds || wantsEventIds(raw.headers),
    ...(after !== undefined && { after }),
  };
  const found = await untilLeft(raw.signal, () => reach(() => replay(head, reading)));
  if (!found) {
    requestContext.end(204);
    return new Response(null, { status: 204, headers });
  }
  const { opening, body, write } = found;
  const all = { ...headers, ...opening.headers };
  if (!body)
    return streamResponse(
      (sink) => write(sink).finally(() => requestContext.end(opening.status)),
      all,
      () => left.abort(),
    );
  requestContext.end(opening.status);
  return new Response(body, { status: opening.status, headers: all });
}

/** Some clients crash on `id:` lines, so an original answer has them only where the request wants them. */
export function wantsEventIds(headers: Headers): boolean {
  return headers.get('x-sluice-event-ids') === '1';
}

async function untilLeft<Value>(signal: AbortSignal, call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (thrown) {
    throw signal.aborted && !(signal.reason instanceof SluiceError) ? clientDisconnected(thrown) : thrown;
  }
}
