import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Sink } from '../gateway/deliver.ts';
import { enableH2c } from './enable-h2c.ts';
import type { Host } from './host.ts';
import { takeSource } from './stream-response.ts';
import { waitForDrain } from './wait-for-drain.ts';

export interface NodeServer {
  readonly url: string;
  /**
   * Accepts no more requests. Resolves when the running ones and their background work have ended, or after
   * `graceMs`.
   */
  close(graceMs: number): Promise<void>;
}

/** How often a closing server looks for idle connections, in milliseconds. */
const idleCheckMs = 50;
/** How long a reader may take nothing of what was written last, in milliseconds. */
const unreadMs = 60_000;
/**
 * The least time for background work after the last response, in milliseconds. A durable stream whose client has left gets
 * as much as a connection gets.
 */
const leftMs = 5_000;

export type Fetch = (request: Request, host?: Host) => Response | Promise<Response>;

/** Serves an app with Node's own servers, over HTTP/1.1 and HTTP/2 without TLS. Rejects if the port is in use. */
export async function serveNode(fetch: Fetch, { port, hostname }: { port: number; hostname: string }): Promise<NodeServer> {
  const works = new Set<Promise<unknown>>();
  const waitUntil = (work: Promise<unknown>) => {
    const over = () => works.delete(work);
    works.add(work);
    work.then(over, over);
  };
  const options = {
    fetch(request: Request, { outgoing }: { outgoing: Outgoing }) {
      const host = { waitUntil, isDisconnected: () => isDisconnected(outgoing) };
      const answered = answer(fetch(request, host), outgoing);
      waitUntil(answered);
      return answered;
    },
  };
  // Neither is created with TLS, which the library's types can't express.
  const server = serve({ ...options, port, hostname }) as Server;
  const http2 = enableH2c(server, createAdaptorServer({ ...options, createServer: createHttp2Server }) as Http2Server);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${bound}`,
    async close(graceMs) {
      const startedAt = performance.now();
      const closed = once(server, 'close');
      server.close();
      http2.close();
      // A connection with a finished response stays open for the next request, which will not be accepted.
      const sweep = setInterval(() => server.closeIdleConnections(), idleCheckMs);
      const timer = setTimeout(() => {
        server.closeAllConnections();
        http2.destroy();
      }, graceMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(timer);
      const { promise: late, resolve: giveUp } = Promise.withResolvers<void>();
      const last = setTimeout(giveUp, Math.max(leftMs, graceMs - (performance.now() - startedAt)));
      await Promise.race([allDone(works), late]);
      clearTimeout(last);
    },
  };
}

/** Resolves when no work is left, including work that is added meanwhile. */
async function allDone(works: ReadonlySet<Promise<unknown>>): Promise<void> {
  while (works.size > 0) await Promise.allSettled(works);
}

type Outgoing = ServerResponse | Http2ServerResponse;

/**
 * Writes a streamed response directly to the connection, one string per write. The library handles all other
 * responses.
 */
async function answer(response: Response | Promise<Response>, outgoing: Outgoing): Promise<Response> {
  const answered = await response;
  const streamSource = takeSource(answered);
  if (!streamSource) return answered;
  const output: Output = outgoing;
  // Listens on the connection itself, because the request's signal stops working once the request is
  // garbage-collected.
  if (isDisconnected(outgoing)) streamSource.abort();
  else output.on('close', streamSource.abort);
  output.writeHead(answered.status, Object.fromEntries(answered.headers));
  const sink = sinkOf(output, outgoing);
  // The head goes out with the first piece, in one write. Alone only if there's no piece in this turn of the event loop.
  setImmediate(() => {
    if (!sink.written) output.flushHeaders?.();
  });
  await streamSource.source(sink);
  output.off('close', streamSource.abort);
  return RESPONSE_ALREADY_SENT;
}

function isDisconnected(outgoing: Outgoing): boolean {
  return 'stream' in outgoing ? outgoing.stream.closed || outgoing.stream.destroyed : outgoing.destroyed;
}

/** The common part of both response types, whose union TypeScript can't call. */
interface Output {
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** On HTTP/2, `writeHead` already sends the head. */
  flushHeaders?(): void;
  write(piece: string | Uint8Array): boolean;
  end(): unknown;
  setTimeout(milliseconds: number, callback: () => void): unknown;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

function sinkOf(output: Output, outgoing: Outgoing): Sink & { readonly written: boolean } {
  let waiting: Promise<void> | undefined;
  let written = false;
  return {
    get written() {
      return written;
    },
    write(piece) {
      written = true;
      if (isDisconnected(outgoing) || output.write(piece)) return undefined;
      // One wait for all pieces of a large event, which are written together.
      waiting ??= waitForDrain(output).finally(() => {
        waiting = undefined;
      });
      return waiting;
    },
    end() {
      written = true;
      // A reader that takes nothing more of the end would keep its connection forever.
      output.setTimeout(unreadMs, () => outgoing.destroy());
      output.end();
    },
    destroy() {
      outgoing.destroy();
    },
  };
}
