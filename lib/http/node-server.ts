import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Sink } from '../deliver.ts';
import { takeSource } from './stream-response.ts';

export interface NodeServer {
  readonly url: string;
  /** Takes no more requests, and resolves when the running ones have ended or `graceMs` has gone by. */
  close(graceMs: number): Promise<void>;
}

export type Fetch = (request: Request) => Response | Promise<Response>;

/** Serves an app with Node's own HTTP server. Rejects when the port is taken. */
export async function serveNode(fetch: Fetch, { port, hostname }: { port: number; hostname: string }): Promise<NodeServer> {
  const server = serve({
    fetch: (request, { outgoing }) => answer(fetch(request), outgoing),
    port,
    hostname,
  }) as Server;
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${bound}`,
    async close(graceMs) {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** A streamed answer is written straight into the socket, one string a write; anything else is the library's business. */
async function answer(response: Response | Promise<Response>, outgoing: unknown): Promise<Response> {
  const answered = await response;
  const source = takeSource(answered);
  if (!source) return answered;
  // An HTTP/1.1 server, as made above, has no other kind of response.
  const socket = outgoing as ServerResponse;
  socket.writeHead(answered.status, Object.fromEntries(answered.headers));
  socket.flushHeaders();
  await source(socketSink(socket));
  return RESPONSE_ALREADY_SENT;
}

function socketSink(socket: ServerResponse): Sink {
  return {
    write(piece) {
      if (socket.destroyed || socket.write(piece)) return undefined;
      return drained(socket);
    },
    end() {
      socket.end();
    },
  };
}

/** Resolves when the reader can take more, or is gone: then writing on does no harm. */
function drained(socket: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    socket.off('drain', done);
    socket.off('close', done);
    resolve();
  };
  socket.on('drain', done);
  socket.on('close', done);
  return promise;
}
