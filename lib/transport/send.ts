import http from 'node:http';
import https from 'node:https';
import { type ErrorKind, SluiceError } from '../stream/errors.ts';
import type { Bytes } from '../wire/frame.ts';
import { ResponseBody } from './response-body.ts';

export interface TransportRequest {
  readonly url: URL;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
  /** Called once connected, including TLS. Called at once for a reused connection. */
  readonly onConnected?: () => void;
}

export interface TransportResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  /** See `ResponseBody`. Ending the iteration early closes the connection, unless the body ends at once. */
  readonly body: Bytes;
}

/** Idle connections are reused and bounded: this many per provider, each for a minute. */
const keepAlive = { keepAlive: true, maxFreeSockets: 64, timeout: 60_000 };

const agents = { 'http:': new http.Agent(keepAlive), 'https:': new https.Agent(keepAlive) };

/**
 * Sends one request over HTTP/1.1 and resolves with the head of the response, whatever its status. Does not follow
 * redirects. Uses `node:http` rather than `fetch`, which needs twice the CPU time per token and has a hidden body
 * timeout. Throws `upstream_unreachable` or `upstream_tls_error`, or the signal's reason once it has aborted.
 */
export function send(request: TransportRequest): Promise<TransportResponse> {
  const { url, signal } = request;
  const secure = url.protocol === 'https:';
  const { promise, resolve, reject } = Promise.withResolvers<TransportResponse>();
  if (signal.aborted) return Promise.reject(signal.reason);
  const call = (secure ? https : http).request(url, {
    method: request.method ?? 'POST',
    agent: secure ? agents['https:'] : agents['http:'],
    headers: {
      'accept-encoding': 'identity',
      ...request.headers,
      ...(request.body !== undefined && { 'content-length': String(Buffer.byteLength(request.body)) }),
    },
  });
  // Not the `signal` option of `node:http`. It is attached to the socket, so a later abort destroys the socket after
  // it has been reused. Destroyed without an error, because a socket on its way back to the pool has no error
  // listener, and an unhandled error would end the process.
  const abort = () => call.destroy();
  signal.addEventListener('abort', abort, { once: true });
  call.on('close', () => signal.removeEventListener('abort', abort));
  call.on('error', (error) => reject(signal.aborted ? signal.reason : connectionError(error)));
  call.on('socket', (socket) => {
    if (!socket.connecting) request.onConnected?.();
    else socket.once(secure ? 'secureConnect' : 'connect', () => request.onConnected?.());
  });
  call.on('response', (answer) => {
    resolve({
      status: answer.statusCode ?? 0,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
      body: new ResponseBody(answer, signal),
    });
  });
  call.end(request.body);
  return promise;
}

/** Does not name the host or address, because clients need not know where a provider is. */
function connectionError(error: NodeJS.ErrnoException): SluiceError {
  const code = error.code ?? '';
  const [kind, message]: [ErrorKind, string] = /CERT|SSL|TLS|SELF_SIGNED|EPROTO|UNABLE_TO_/.test(code)
    ? ['upstream_tls_error', 'The provider could not be reached because its TLS certificate or protocol was not accepted.']
    : /^HPE_/.test(code)
      ? ['upstream_protocol_error', 'The provider sent a response that is not HTTP.']
      : code === 'ECONNREFUSED'
        ? ['upstream_unreachable', 'The provider refused the connection.']
        : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
          ? ['upstream_unreachable', 'The provider could not be reached because its host name could not be resolved.']
          : code === 'ECONNRESET'
            ? ['upstream_unreachable', 'The provider closed the connection before it responded.']
            : ['upstream_unreachable', 'The provider could not be reached.'];
  return new SluiceError(kind, message, { cause: error });
}
