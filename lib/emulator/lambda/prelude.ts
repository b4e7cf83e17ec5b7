import type { IncomingMessage } from 'node:http';

/** Status and headers from the function. */
export interface Head {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
}

/** A response of the runtime: its head and the rest. */
export interface RuntimeAnswer {
  readonly head: Head;
  readonly body: AsyncIterable<Uint8Array>;
}

const preludeType = 'application/vnd.awslambda.http-integration-response';
const delimiter = Buffer.alloc(8);

/**
 * Removes the prelude of a streamed response. Without a prelude, it is a 200 with the runtime's own content type.
 * Throws for a prelude that never ends or is not JSON, and for a handler that failed before it wrote anything.
 */
export async function readAnswer(response: IncomingMessage): Promise<RuntimeAnswer> {
  const pieces = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  if (response.headers['content-type'] !== preludeType) {
    const first = await pieces.next();
    if (first.done && hasFailed(response)) throw new Error('The handler failed before it wrote anything.');
    const contentType = response.headers['content-type'] ?? 'application/octet-stream';
    return { head: { headers: { 'content-type': contentType } }, body: rest(first.value ?? Buffer.alloc(0), pieces) };
  }
  let seen: Buffer = Buffer.alloc(0);
  let end = -1;
  while (end < 0) {
    const { value, done } = await pieces.next();
    if (done) throw new Error('The response ended inside its prelude.');
    seen = Buffer.concat([seen, value]);
    end = seen.indexOf(delimiter);
  }
  const head = JSON.parse(seen.toString('utf8', 0, end)) as Head;
  return { head, body: rest(seen.subarray(end + delimiter.length), pieces) };
}

/** The runtime reports a failed handler in trailers, which are available after the whole response has been read. */
export function hasFailed(response: IncomingMessage): boolean {
  return response.trailers['lambda-runtime-function-error-type'] !== undefined;
}

async function* rest(first: Buffer, pieces: AsyncIterator<Buffer>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
}

/** A buffered response in payload format 2.0. Any other value is a 200 with that value as JSON. */
export function readBuffered(json: string): RuntimeAnswer {
  const answer = JSON.parse(json) as (Head & { body?: string; isBase64Encoded?: boolean }) | string | null;
  if (typeof answer !== 'object' || answer?.statusCode === undefined) {
    const text = typeof answer === 'string' ? answer : json;
    return { head: { headers: { 'content-type': 'application/json' } }, body: once(Buffer.from(text)) };
  }
  return { head: answer, body: once(Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8')) };
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
