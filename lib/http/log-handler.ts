import { SluiceError } from '../stream/errors.ts';
import type { Json } from '../stream/json.ts';
import { reviewed } from '../streams/close-lost.ts';
import { type DurableStreams, reach, streamNotFound } from '../streams/durable-streams.ts';
import { eventMessages, storedBatches } from '../streams/event-messages.ts';
import { keepAlive } from '../streams/keep-alive.ts';
import type { StreamHead } from '../streams/stream-log.ts';
import { tail } from '../streams/tail.ts';
import { timedOut } from '../time/timed-out.ts';
import type { AppContext } from './host.ts';
import type { RequestContext } from './request-context.ts';
import { streamResponse } from './stream-response.ts';
import { watchedReading } from './watched-reading.ts';

/** How long a long poll waits for something new, in milliseconds. */
const longPollMs = 20_000;

export interface LogRequest {
  readonly streams: DurableStreams;
  readonly head: StreamHead;
  readonly context: AppContext;
  readonly requestContext: RequestContext;
}

type Reading = Omit<LogRequest, 'streams'> & { readonly settings: ReturnType<typeof watchedReading> };

/**
 * The read side of the Durable Streams protocol (https://github.com/durable-streams/durable-streams, PROTOCOL.md), in its
 * JSON mode: each event of the answer is one message. An offset is the number of the next event.
 */
export async function readLog({ streams, ...request }: LogRequest): Promise<Response> {
  const { context, requestContext } = request;
  const settings = watchedReading(streams.settings, request.head, 'resumed', requestContext);
  const head = await reach(() => reviewed(request.head, settings));
  const reading = { ...request, settings };
  const stored = await reach(() => storedBatches(head, streams.settings.log));
  const offset = offsetIn(context.req.query('offset'), stored.count);
  const live = context.req.query('live');
  if (live === 'sse') return liveResponse(reading, offset);
  const isWaiting = live === 'long-poll' && stored.count <= offset && !stored.isClosed;
  const found = isWaiting
    ? await nextMessages(reading, offset)
    : { messages: stored.messages.slice(offset), isClosed: stored.isClosed };
  const next = offset + found.messages.length;
  const headers = { ...requestContext.headers, ...logHeaders(next, found.isClosed) };
  const isEmpty = live === 'long-poll' && found.messages.length === 0;
  requestContext.end(isEmpty ? 204 : 200);
  if (isEmpty) return new Response(null, { status: 204, headers });
  return Response.json(found.messages, { headers });
}

function logHeaders(next: number, isClosed: boolean): Record<string, string> {
  return {
    'stream-next-offset': offsetText(next),
    'stream-up-to-date': 'true',
    'cache-control': 'no-store',
    ...(isClosed && { 'stream-closed': 'true' }),
  };
}

/** What comes after this offset, once something does; nothing where that takes too long. */
async function nextMessages(
  { settings, head, context }: Reading,
  offset: number,
): Promise<{ messages: Json[]; isClosed: boolean }> {
  const { clock } = settings;
  const left = new AbortController();
  const signal = AbortSignal.any([context.req.raw.signal, left.signal]);
  const first = (async () => {
    for await (const batch of tail(head, { ...settings, signal })) {
      const messages = eventMessages(batch).slice(Math.max(0, offset - batch.first));
      if (messages.length > 0 || batch.end) return { messages, isClosed: batch.end !== undefined };
    }
    throw streamNotFound();
  })();
  try {
    return (await timedOut(first, longPollMs, clock)) ? { messages: [], isClosed: false } : await reach(() => first);
  } finally {
    first.catch(() => {});
    left.abort(new Error('enough'));
  }
}

/** Data and control events, until the stream is closed. A reader whose connection breaks reads on from the last offset. */
function liveResponse({ settings, head, context, requestContext }: Reading, offset: number): Response {
  const left = new AbortController();
  const signal = AbortSignal.any([context.req.raw.signal, left.signal]);
  const headers = { ...requestContext.headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
  const source = async (sink: Parameters<Parameters<typeof streamResponse>[0]>[0]) => {
    let next = offset;
    const alive = keepAlive(sink, ': waiting\n\n', settings.clock);
    try {
      for await (const batch of tail(head, { ...settings, signal })) {
        const messages = eventMessages(batch).slice(Math.max(0, next - batch.first));
        if (messages.length === 0 && !batch.end) continue;
        next += messages.length;
        alive.wrote();
        const control = { streamNextOffset: offsetText(next), ...(batch.end ? { upToDate: true, streamClosed: true } : {}) };
        const data = messages.length > 0 ? `event: data\ndata: ${JSON.stringify(messages)}\n\n` : '';
        await sink.write(`${data}event: control\ndata: ${JSON.stringify(control)}\n\n`);
      }
    } catch (cause) {
      // Without `streamClosed` the reader knows that this isn't the end.
      if (!signal.aborted) settings.onFailure(cause);
    } finally {
      alive.stop();
    }
    sink.end();
    requestContext.end(200);
  };
  return streamResponse(source, headers, () => left.abort(new Error('left')));
}

/** Of equal width, because readers compare offsets as text. */
function offsetText(next: number): string {
  return String(next).padStart(12, '0');
}

function offsetIn(sent: string | undefined, count: number): number {
  if (sent === undefined || sent === '-1') return 0;
  if (sent === 'now') return count;
  if (/^\d{1,12}$/.test(sent)) return Number(sent);
  throw new SluiceError('invalid_request', '`offset` must be one that this stream gave, -1 or now.', { param: 'offset' });
}
