import type { Server } from 'node:http';
import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** The part of a server that the HTTP/1.1 server beside it does not know how to end. */
export interface Http2Side {
  /** Lets running streams end and takes no more. */
  close(): void;
  /** Ends them. */
  destroy(): void;
}

/** How an HTTP/2 connection begins, as far as it differs from every HTTP/1 method. */
const http2Start = 'PRI';

/** A connection that does not say which it is for so long, in milliseconds, is closed. */
const undecidedMs = 10_000;

/**
 * Lets a server of HTTP/1.1 take HTTP/2 connections without TLS too, which `http2` then answers; the first bytes of a
 * connection decide. The AWS SDK for JavaScript speaks HTTP/2 to Bedrock from the first byte unless told otherwise.
 * To be called before `http1` has any connection.
 */
export function enableH2c(http1: Server, http2: Http2Server): Http2Side {
  const sessions = new Set<ServerHttp2Session>();
  const undecided = new Set<Socket>();
  const takeHttp1 = http1.listeners('connection');
  http1.removeAllListeners('connection');
  http1.on('connection', (socket: Socket) => {
    undecided.add(socket);
    // A connection that breaks is seen by whoever answers on it, or concerns nobody.
    socket.on('error', () => {});
    socket.once('close', () => undecided.delete(socket));
    const expire = () => socket.destroy();
    socket.setTimeout(undecidedMs, expire);
    peek(socket, (start) => {
      undecided.delete(socket);
      socket.setTimeout(0, expire);
      if (start !== http2Start) {
        for (const take of takeHttp1) take.call(http1, socket);
        return;
      }
      // What only HTTP/1.1 needs; over HTTP/2 a client that closes its half has left.
      socket.allowHalfOpen = false;
      http2.emit('connection', socket);
    });
  });
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return {
    close() {
      for (const socket of undecided) socket.destroy();
      for (const session of sessions) session.close();
    },
    destroy() {
      for (const session of sessions) session.destroy();
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
