import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { enableH2c } from '../http/enable-h2c.ts';

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

export interface FrontDoor {
  readonly port: number;
  /** Breaks every connection and stops listening. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 for HTTP/1.1 and for HTTP/2 without TLS, because Bedrock serves both. */
export async function openFrontDoor(handle: (request: HttpRequest, response: HttpResponse) => void): Promise<FrontDoor> {
  const server = createHttpServer(handle);
  enableH2c(server, createHttp2Server(handle));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
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
