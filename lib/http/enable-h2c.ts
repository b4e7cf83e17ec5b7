import type { Server } from 'node:http';
import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** The part of a server that the HTTP/1.1 server next to it can't close. */
export interface Http2Side {
  /** Accepts nothing new and lets running streams end. */
  close(): void;
  /** Ends them. */
  destroy(): void;
}

/** The start of an HTTP/2 connection, up to where it differs from every HTTP/1 method. */
const http2Start = 'PRI';

/** How long a connection without a request stays open, in milliseconds. */
export interface ConnectionTimeouts {
  /** A new connection, until its first request. */
  readonly undecidedMs: number;
  /** An HTTP/2 session, after its last request. */
  readonly idleMs: number;
}

const defaultTimeouts: ConnectionTimeouts = { undecidedMs: 10_000, idleMs: 60_000 };

/**
 * Makes an HTTP/1.1 server accept HTTP/2 connections without TLS too, and passes them to `http2`. The first bytes of
 * a connection decide. The AWS SDK for JavaScript uses HTTP/2 for Bedrock by default. Call this before `http1` has
 * any connection.
 */
export function enableH2c(http1: Server, http2: Http2Server, timeouts = defaultTimeouts): Http2Side {
  const sessions = new Set<ServerHttp2Session>();
  const undecided = new Set<Socket>();
  const takeHttp1 = http1.listeners('connection');
  http1.removeAllListeners('connection');
  http1.on('connection', (socket: Socket) => {
    undecided.add(socket);
    // The handler on the connection sees its errors. If there is none, nobody needs them.
    socket.on('error', () => {});
    socket.once('close', () => undecided.delete(socket));
    const expire = () => socket.destroy();
    socket.setTimeout(timeouts.undecidedMs, expire);
    peek(socket, (start) => {
      undecided.delete(socket);
      socket.setTimeout(0, expire);
      if (start !== http2Start) {
        for (const take of takeHttp1) take.call(http1, socket);
        return;
      }
      // Only HTTP/1.1 needs half-open connections. An HTTP/2 client that closes its half has disconnected.
      socket.allowHalfOpen = false;
      http2.emit('connection', socket);
    });
  });
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    closeWhenIdle(session, timeouts);
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

/** A session that only sends its preface, or that its client has forgotten, would stay open forever. */
function closeWhenIdle(session: ServerHttp2Session, { undecidedMs, idleMs }: ConnectionTimeouts): void {
  let open = 0;
  session.setTimeout(undecidedMs, () => {
    if (open === 0) session.destroy();
  });
  session.on('stream', (stream) => {
    open++;
    session.setTimeout(idleMs);
    stream.once('close', () => open--);
  });
}

/** Returns the first three bytes and puts them back to be read again. */
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
