import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that sends exactly these bytes. A framework can't reset, half-close or lie about lengths. */
export interface RawServer {
  readonly url: URL;
  /** What each connection has sent, as text. */
  readonly received: string[];
  /** Connections that the other side closed. */
  readonly closed: number;
  close(): Promise<void>;
}

/** `behave` is called with each connection once the head of its request is there. */
export async function rawServer(behave: (socket: Socket, request: string) => void | Promise<void>): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const received: string[] = [];
  let closed = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    const index = received.push('') - 1;
    let answered = false;
    socket.on('data', (bytes) => {
      received[index] += bytes.toString();
      if (answered || !received[index]?.includes('\r\n\r\n')) return;
      answered = true;
      void behave(socket, received[index] ?? '');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      closed++;
      sockets.delete(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    received,
    get closed() {
      return closed;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The head of an answer, chunked. */
export function head(status: number, contentType: string, more: string[] = []): string {
  return [`HTTP/1.1 ${status} Any`, `content-type: ${contentType}`, 'transfer-encoding: chunked', ...more, '', ''].join('\r\n');
}

/** One chunk of a chunked body. */
export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

export const lastChunk = '0\r\n\r\n';
