import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

export interface FrontDoor {
  readonly port: number;
  /** Breaks every connection and stops listening. */
  close(): Promise<void>;
}

/** How an HTTP/2 connection begins, as far as it differs from every HTTP/1 method. */
const http2Start = 'PRI';

/**
 * Listens on a free port of 127.0.0.1 for HTTP/1.1 and for HTTP/2 without TLS (Bedrock serves both, and the AWS SDK
 * speaks HTTP/2 from the first byte unless told otherwise); the first bytes of a connection decide.
 */
export async function openFrontDoor(handle: (request: HttpRequest, response: HttpResponse) => void): Promise<FrontDoor> {
  const http1 = createHttpServer(handle);
  const http2 = createHttp2Server(handle);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A connection that breaks is seen by whoever answers on it, or concerns nobody.
    socket.on('error', () => {});
    peek(socket, (start) => (start === http2Start ? http2 : http1).emit('connection', socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Tells the first three bytes and leaves them to be read again. */
function peek(socket: Socket, tell: (start: string) => void): void {
  let seen = Buffer.alloc(0);
  const look = () => {
    seen = Buffer.concat([seen, socket.read() ?? Buffer.alloc(0)]);
    if (seen.length < http2Start.length) return;
    socket.off('readable', look);
    socket.unshift(seen);
    tell(seen.toString('latin1', 0, http2Start.length));
  };
  socket.on('readable', look);
}
