import type { Sluice } from '../app/sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import type { DurableStreams } from '../streams/durable-streams.ts';
import type { StoredResponse } from '../streams/response-state.ts';
import type { StreamHead } from '../streams/stream-log.ts';
import { authenticate } from './authenticate.ts';
import type { App, AppContext } from './host.ts';
import { type ErrorDialectOf, type RequestContext, withRequestContext } from './request-context.ts';
import { streamsOff } from './streams-off.ts';

/** Adds the routes of stored responses. */
export function addResponseRoutes(app: App, sluice: Sluice, dialectOf: ErrorDialectOf): void {
  type Handle = (found: Found) => Promise<Response>;
  const handler = (handle: Handle) =>
    withRequestContext(sluice, dialectOf, async (context, requestContext) =>
      handle(await findResponse(sluice, context, requestContext)),
    );
  const path = '/v1/responses/:id';
  app.get(path, handler(retrieve));
  app.delete(path, handler(remove));
  app.post(`${path}/cancel`, handler(cancel));
  app.get(`${path}/input_items`, handler(listInput));
}

interface Found {
  readonly id: string;
  readonly streams: DurableStreams;
  readonly head: StreamHead;
  readonly context: AppContext;
  readonly requestContext: RequestContext;
}

async function findResponse(sluice: Sluice, context: AppContext, requestContext: RequestContext): Promise<Found> {
  const key = await authenticate(sluice, context.req.raw, context.env);
  requestContext.known.keyId = key.id;
  if (!sluice.streams) throw streamsOff();
  const id = context.req.param('id') ?? '';
  const [streams, { responseAddress }] = await Promise.all([sluice.streams(), import('../streams/response-state.ts')]);
  return { id, streams, head: await streams.find(responseAddress(id), key.id), context, requestContext };
}

/** The response as it is now, or with `stream=true` its events after `starting_after`. */
async function retrieve(found: Found): Promise<Response> {
  const { streams, head, context, requestContext } = found;
  if (context.req.query('stream') !== 'true') return requestContext.json((await current(found)).response);
  const [{ replayResponse }, { positionFrom }] = await Promise.all([
    import('./replay-response.ts'),
    import('./event-position.ts'),
  ]);
  const after = positionFrom('starting_after', context.req.query('starting_after'));
  return replayResponse(streams, head, { context, requestContext, isRepeated: false, withIds: false, after });
}

async function remove({ id, streams, head, requestContext }: Found): Promise<Response> {
  const { cancelStream } = await import('../streams/cancel-stream.ts');
  await cancelStream(head, { ...streams.settings, purge: true });
  return requestContext.json({ id, object: 'response', deleted: true });
}

/** Cancels a response, and shows it as it ended. One that has ended stays as it is. */
async function cancel(found: Found): Promise<Response> {
  const { streams, head, context, requestContext } = found;
  const [{ cancelStream }, { endedResponse }] = await Promise.all([
    import('../streams/cancel-stream.ts'),
    import('../streams/response-state.ts'),
  ]);
  await cancelStream(head, { ...streams.settings, purge: false });
  const ended = await endedResponse(head, { ...streams.settings, signal: context.req.raw.signal });
  if (!ended) throw notAResponse();
  return requestContext.json(ended.response);
}

/** The items of its own request, the last first unless `order=asc`. */
async function listInput(found: Found): Promise<Response> {
  const { req } = found.context;
  const { input } = await current(found);
  const items = req.query('order') === 'asc' ? [...input.items] : [...input.items].reverse();
  const after = items.findIndex(({ id }) => id === req.query('after'));
  const limit = Math.min(Math.max(Number(req.query('limit') ?? 20) || 20, 1), 100);
  const data = items.slice(after + 1, after + 1 + limit);
  const ends: JsonObject = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return found.requestContext.json({ object: 'list', data, ...ends, has_more: after + 1 + limit < items.length });
}

async function current({ id, streams, head: read, requestContext }: Found): Promise<StoredResponse> {
  const [{ currentResponse }, { reviewed }, { reach }, { failureError }, { watchedReading }] = await Promise.all([
    import('../streams/response-state.ts'),
    import('../streams/close-lost.ts'),
    import('../streams/durable-streams.ts'),
    import('../streams/failure-events.ts'),
    import('./watched-reading.ts'),
  ]);
  const settings = watchedReading(streams.settings, read, 'retrieved', requestContext);
  const head = await reach(() => reviewed(read, settings));
  const found = await reach(() => currentResponse(head, settings.log));
  if (found) return found;
  if (head.state === 'lost') throw failureError('producer_lost');
  if (head.state !== 'open') throw notAResponse();
  // Its first event isn't stored yet.
  return {
    input: { items: [] },
    response: { id, object: 'response', status: 'queued', background: true, error: null, output: [] },
  };
}

function notAResponse(): SluiceError {
  return new SluiceError('stream_not_found', 'There is no stored response with this id. It may have expired.');
}
