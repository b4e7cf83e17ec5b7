import type { IncomingMessage } from 'node:http';

/** Status and headers as a function gives them. */
export interface Head {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
}

/** An answer of the runtime: its head, and what follows. */
export interface RuntimeAnswer {
  readonly head: Head;
  readonly body: AsyncIterable<Uint8Array>;
}

const preludeType = 'application/vnd.awslambda.http-integration-response';
const delimiter = Buffer.alloc(8);

/**
 * Takes the prelude off a streamed answer. Without one it is a 200 of the runtime's own content type. Throws for a
 * prelude that never ends or is not JSON, and for a handler that failed before it wrote.
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

/** By trailers the runtime says that the handler has failed; they are there when all of the answer has been read. */
export function hasFailed(response: IncomingMessage): boolean {
  return response.trailers['lambda-runtime-function-error-type'] !== undefined;
}

async function* rest(first: Buffer, pieces: AsyncIterator<Buffer>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
}

/** A buffered answer, in the form of payload format 2.0; anything else is a 200 with that as its JSON. */
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
