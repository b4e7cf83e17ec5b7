import { requireLoopback } from '../access/loopback.ts';
import type { Sluice } from '../app/sluice.ts';
import type { DurableStreams } from '../streams/durable-streams.ts';
import type { LinkTerms } from '../streams/read-link.ts';
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
  const handler = (handle: Handle, find = findStream) =>
    withRequestContext(sluice, dialectOf, async (context, requestContext) => {
      return handle(await find(sluice, identify, context, requestContext), context, requestContext);
    });
  const path = '/v1/streams/:id';
  app.get(path, handler(read, findLinked));
  app.get(`${path}/log`, handler(readAsLog, findLinked));
  app.delete(path, handler(cancel, findLinked));
  // `navigator.sendBeacon` can send nothing but a POST.
  app.post(`${path}/cancel`, handler(cancel, findLinked));
  app.post(`${path}/link`, handler(link));
}

interface Found {
  readonly sluice: Sluice;
  readonly streams: DurableStreams;
  readonly head: StreamHead;
  /** What the link of the request allows. A request with a key has none, and may do everything. */
  readonly terms?: LinkTerms;
  /** The body of the request. */
  readonly read: () => Promise<Uint8Array>;
}

type Handle = (found: Found, context: AppContext, requestContext: RequestContext) => Promise<Response>;
type Find = (sluice: Sluice, identify: Authenticate, context: AppContext, requestContext: RequestContext) => Promise<Found>;

/** The stream of a request that carries a key. */
const findStream: Find = async (sluice, identify, context, { known }) => {
  const { raw } = context.req;
  let reading: Promise<Uint8Array> | undefined;
  const read = () => (reading ??= readBody(raw, sluice.bodyLimit, context.env));
  const key = await identify(sluice, raw, context.env, read);
  known.keyId = key.id;
  const { streams, address } = await addressIn(sluice, context);
  return { sluice, streams, head: await streams.find(address, key.id), read };
};

/** The stream of a request that carries a link or a key. A link counts alone, so that a page behaves alike for everyone. */
const findLinked: Find = async (sluice, identify, context, requestContext) => {
  const token = context.req.query('link');
  if (token === undefined) return findStream(sluice, identify, context, requestContext);
  if (!sluice.keys) requireLoopback(context.req.raw, sluice.cors);
  const { streams, address } = await addressIn(sluice, context);
  const { head, terms } = await streams.findByLink(address, token);
  requestContext.known.keyId = head.keyId;
  requestContext.known.linked = true;
  return { sluice, streams, head, terms, read: async () => new Uint8Array() };
};

async function addressIn({ streams: load }: Sluice, context: AppContext) {
  if (!load) throw streamsOff();
  const [streams, { addressOf }] = await Promise.all([load(), import('../streams/stream-id.ts')]);
  return { streams, address: addressOf(context.req.param('id') ?? '') };
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
async function cancel({ streams, head, terms }: Found, context: AppContext, requestContext: RequestContext): Promise<Response> {
  const [{ cancelStream }, { publicId }, { streamNotFound }, { watchedReading }] = await Promise.all([
    import('../streams/cancel-stream.ts'),
    import('../streams/stream-id.ts'),
    import('../streams/durable-streams.ts'),
    import('./watched-reading.ts'),
  ]);
  const purge = context.req.query('purge') === 'true';
  if (terms && (!terms.mayCancel || purge)) throw streamNotFound();
  const settings = watchedReading(streams.settings, head, 'cancelled', requestContext);
  const status = await cancelStream(head, { ...settings, purge });
  return requestContext.json({ id: publicId(head), object: 'stream', status });
}

async function link(
  { sluice, streams, head, read }: Found,
  context: AppContext,
  requestContext: RequestContext,
): Promise<Response> {
  const { createLink } = await import('./link-handler.ts');
  return createLink({ sluice, head, body: await read(), now: streams.settings.now(), context, requestContext });
}
