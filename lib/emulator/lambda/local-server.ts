import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface LocalServer {
  readonly port: number;
  /** Breaks every connection and frees the port. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 for HTTP/1.1. Port 0 means any free port. Rejects if the port is in use. */
export async function listenLocally(handle: RequestListener, port = 0): Promise<LocalServer> {
  const server = createServer({ requestTimeout: 0 }, handle);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject).listen(port, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}
