import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type ErrorKind, SluiceError } from '../stream/errors.ts';
import type { Bytes } from '../wire/frame.ts';

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
  /** Throws `upstream_cut` when the connection is lost. Ending the iteration early closes the connection. */
  readonly body: Bytes;
}

const agents = {
  'http:': new http.Agent({ keepAlive: true }),
  'https:': new https.Agent({ keepAlive: true }),
};

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
      body: read(answer, signal),
    });
  });
  call.end(request.body);
  return promise;
}

async function* read(answer: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  const body = encoding === 'identity' ? answer : decompress(answer, encoding);
  try {
    for await (const piece of body.iterator({ destroyOnReturn: false })) yield piece as Uint8Array;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (cause instanceof SluiceError) throw cause;
    if (isGarbled(cause))
      throw new SluiceError('upstream_protocol_error', 'The provider sent a compressed response that is corrupt.', { cause });
    throw new SluiceError('upstream_cut', 'The provider closed the connection before the response was complete.', { cause });
  } finally {
    // A reader may stop at the stream's own terminal event, with only the end of the body left. That connection can
    // be reused.
    if (answer.complete) answer.resume();
    else answer.destroy();
  }
}

/** True if the bytes are not valid in their compression. A body that ends too early is only cut. */
function isGarbled(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return /^(Z_|ERR__)/.test(code) && code !== 'Z_BUF_ERROR';
}

/** Sluice requests no compression, but some proxies compress anyway. */
function decompress(answer: http.IncomingMessage, encoding: string): Readable {
  const decoders: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
    gzip: createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  };
  const make = decoders[encoding];
  if (!make) {
    answer.destroy();
    throw new SluiceError('upstream_protocol_error', 'The provider used a compression that the gateway did not request.');
  }
  const decoder = make();
  answer.on('error', (error) => decoder.destroy(error));
  return answer.pipe(decoder);
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
