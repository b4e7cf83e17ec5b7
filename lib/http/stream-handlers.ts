import type { Sluice } from '../app/sluice.ts';
import type { DurableStreams } from '../streams/durable-streams.ts';
import type { StreamHead } from '../streams/stream-log.ts';
import { type Authenticate, authenticate } from './authenticate.ts';
import { eventPosition } from './event-position.ts';
import type { App, AppContext } from './host.ts';
import { readBody } from './json-body.ts';
import { type ErrorDialectOf, type RequestContext, withRequestContext } from './request-context.ts';
import { streamsOff } from './streams-off.ts';

/** Adds the routes under which durable streams are read, cancelled and deleted. Their answers have the original dialect. */
export function addStreamRoutes(
  app: App,
  sluice: Sluice,
  dialectOf: ErrorDialectOf,
  identify: Authenticate = authenticate,
): void {
  type Handle = (found: Found, context: AppContext, requestContext: RequestContext) => Promise<Response>;
  const handler = (handle: Handle) =>
    withRequestContext(sluice, dialectOf, async (context, requestContext) => {
      return handle(await findStream(sluice, identify, context, requestContext), context, requestContext);
    });
  const path = '/v1/streams/:id';
  app.get(path, handler(read));
  app.get(`${path}/log`, handler(readAsLog));
  app.delete(path, handler(cancel));
  // `navigator.sendBeacon` can send nothing but a POST.
  app.post(`${path}/cancel`, handler(cancel));
}

interface Found {
  readonly streams: DurableStreams;
  readonly head: StreamHead;
}

async function findStream(
  sluice: Sluice,
  identify: Authenticate,
  context: AppContext,
  { known }: RequestContext,
): Promise<Found> {
  const { raw } = context.req;
  const key = await identify(sluice, raw, context.env, () => readBody(raw, sluice.bodyLimit, context.env));
  known.keyId = key.id;
  if (!sluice.streams) throw streamsOff();
  const [streams, { addressOf }] = await Promise.all([sluice.streams(), import('../streams/stream-id.ts')]);
  return { streams, head: await streams.find(addressOf(context.req.param('id') ?? ''), key.id) };
}

async function read({ streams, head }: Found, context: AppContext, requestContext: RequestContext): Promise<Response> {
  const { replayResponse } = await import('./replay-response.ts');
  return replayResponse(streams, head, { context, requestContext, isRepeated: false, after: eventPosition(context) });
}

/** The same in the Durable Streams protocol, for its clients. */
async function readAsLog({ streams, head }: Found, context: AppContext, requestContext: RequestContext): Promise<Response> {
  const { readLog } = await import('./log-handler.ts');
  return readLog({ streams, head, context, requestContext });
}

/** Cancelling twice, or a stream that has ended, is no failure. With `?purge=true` nothing of the stream is kept. */
async function cancel({ streams, head }: Found, context: AppContext, requestContext: RequestContext): Promise<Response> {
  const { cancelStream } = await import('../streams/cancel-stream.ts');
  const { publicId } = await import('../streams/stream-id.ts');
  const id = publicId(head);
  requestContext.known.durable = { id, role: 'cancelled' };
  const status = await cancelStream(head, { ...streams.settings, purge: context.req.query('purge') === 'true' });
  return requestContext.json({ id, object: 'stream', status });
}
