import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** An answer while it comes, write by write: what `fetch` would join together. */
export interface PartialAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly answer: IncomingMessage;
  /** The writes so far. */
  readonly pieces: readonly Buffer[];
  readonly whole: Promise<string>;
  /** Breaks the connection. */
  abort(): void;
}

/** Posts `body` as it is and resolves with the head of the answer; nothing is added to `headers` but its length. */
export function openAnswer(url: string, body: unknown, headers: Record<string, string> = {}): Promise<PartialAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<PartialAnswer>();
  const call = request(url, { method: 'POST', headers: { ...headers, 'content-length': String(Buffer.byteLength(text)) } });
  call.on('error', reject);
  call.on('response', (answer) => {
    const pieces: Buffer[] = [];
    const whole = Promise.withResolvers<string>();
    whole.promise.catch(() => {});
    answer.on('data', (piece: Buffer) => pieces.push(piece));
    answer.on('end', () => whole.resolve(Buffer.concat(pieces).toString()));
    answer.on('error', whole.reject);
    resolve({
      status: answer.statusCode ?? 0,
      headers: answer.headers,
      answer,
      pieces,
      whole: whole.promise,
      abort: () => call.destroy(),
    });
  });
  call.end(text);
  return promise;
}
