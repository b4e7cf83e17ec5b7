import { Agent, request } from 'node:http';
import { firstTokenText, tokenMark } from './answers.ts';
import type { ClientRequest } from './requests.ts';

/**
 * One response in progress. It is stored unparsed and read afterwards, so that parsing doesn't affect the
 * measurement.
 */
export interface Answer {
  /** Bytes received so far. */
  readonly size: number;
  /** Resolves with the milliseconds from the request to the first token. */
  readonly begun: Promise<number>;
  /** Resolves with the body at the end of the response. Rejects if it fails or is cut. */
  readonly ended: Promise<Buffer>;
}

/** The reading speed. Default: as fast as possible. */
export interface Pace {
  readonly bytesPerSecond?: number;
}

export interface Client {
  ask(request: ClientRequest, pace?: Pace): Answer;
  /** Closes its connections after all responses have ended. */
  close(): void;
}

/** The timeout of one whole measurement, in milliseconds. */
const patienceMs = 60_000;

/** A client with its own connections. */
export function openClient(url: URL): Client {
  const agent = new Agent({ keepAlive: true });
  const signal = AbortSignal.timeout(patienceMs);
  return {
    ask: (clientRequest, pace = {}) => ask(url, clientRequest, { ...pace, agent, signal }),
    close: () => agent.destroy(),
  };
}

function ask(
  url: URL,
  { path, headers, body }: ClientRequest,
  { agent, signal, bytesPerSecond }: Pace & { agent: Agent; signal: AbortSignal },
): Answer {
  const begun = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<Buffer>();
  // Most callers await only one of the two. `ended` reports a failure.
  begun.promise.catch(() => {});
  ended.promise.catch(begun.reject);
  const pieces: Buffer[] = [];
  let size = 0;
  let waiting = true;
  const startedAt = performance.now();
  const options = {
    agent,
    signal,
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
  };
  const call = request(url, options, (answer) => {
    answer.on('data', (piece: Buffer) => {
      pieces.push(piece);
      size += piece.length;
      if (bytesPerSecond) {
        answer.pause();
        setTimeout(() => answer.resume(), (piece.length / bytesPerSecond) * 1000);
      }
      if (!waiting || !Buffer.concat(pieces).includes(firstTokenText)) return;
      waiting = false;
      begun.resolve(performance.now() - startedAt);
    });
    answer.on('error', ended.reject);
    answer.on('end', () => {
      const whole = Buffer.concat(pieces);
      if (answer.statusCode === 200 && !waiting) ended.resolve(whole);
      else ended.reject(new Error(`${path} responded with ${answer.statusCode}: ${whole.toString('utf8').slice(0, 500)}`));
    });
  });
  call.on('error', ended.reject);
  call.end(body);
  return {
    get size() {
      return size;
    },
    begun: begun.promise,
    ended: ended.promise,
  };
}

/** The number of tokens that begin in the first `size` bytes of a response. */
export function tokensWithin(body: Buffer, size: number): number {
  // Includes the space before it, because checksums of binary frames may contain the marker alone.
  const mark = ` ${tokenMark}`;
  let count = 0;
  for (let at = body.indexOf(mark); at >= 0 && at < size; at = body.indexOf(mark, at + 1)) count++;
  return count;
}
