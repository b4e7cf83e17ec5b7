import type { IncomingMessage, ServerResponse } from 'node:http';
import { waitForDrain } from '../../http/wait-for-drain.ts';
import type { InvocationFailure } from './invocation.ts';
import { type Head, hasFailed, type RuntimeAnswer, readAnswer, readBuffered } from './prelude.ts';

/** Headers that a function must not set. The client sees them under another name. */
const remapped = new Set(['connection', 'date', 'host', 'keep-alive', 'server', 'upgrade', 'via', 'www-authenticate']);
/** Headers that belong to the connection. */
const dropped = new Set(['content-length', 'transfer-encoding', 'trailer']);

const failures: Record<InvocationFailure, number> = {
  'function-error': 502,
  crash: 502,
  'out-of-memory': 502,
  timeout: 504,
};

/** The function URL's side of one request. */
export class Reply {
  readonly #response: ServerResponse;
  readonly #requestId: string;

  constructor(response: ServerResponse, requestId: string) {
    this.#response = response;
    this.#requestId = requestId;
  }

  /**
   * Forwards the response of the runtime as fast as the client reads it. If the client has disconnected, still reads
   * everything, because nothing informs the function.
   */
  async send(answer: IncomingMessage): Promise<void> {
    try {
      const streamed = answer.headers['lambda-runtime-function-response-mode'] === 'streaming';
      const bytes = await this.#write(streamed ? await readAnswer(answer) : readBuffered(await text(answer)));
      // Some accounts hang here until the function's limit. Breaking the connection fails the test at once.
      if (streamed && bytes === 0) this.#response.destroy(new Error('No byte followed the prelude.'));
    } catch {
      return this.fail('crash');
    }
    if (hasFailed(answer)) this.#response.destroy();
    else this.#response.end();
  }

  fail(failure: InvocationFailure): void {
    if (this.#response.headersSent) this.#response.destroy();
    else this.refuse(failures[failure], { Message: failure === 'timeout' ? 'Gateway Timeout' : 'Internal Server Error' });
  }

  refuse(status: number, body: object): void {
    this.#response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': this.#requestId });
    this.#response.end(JSON.stringify(body));
  }

  /** Returns the number of bytes after the prelude. */
  async #write({ head, body }: RuntimeAnswer): Promise<number> {
    const response = this.#response;
    let bytes = 0;
    response.writeHead(head.statusCode ?? 200, this.#headers(head));
    // Sends the head. `flushHeaders` would encode its bytes as text.
    response.write(Buffer.alloc(0));
    for await (const piece of body) {
      bytes += piece.length;
      if (!response.destroyed && !response.write(piece)) await waitForDrain(response);
    }
    return bytes;
  }

  #headers({ headers = {}, cookies = [] }: Head): Record<string, string | string[]> {
    const sent: Record<string, string | string[]> = { 'x-amzn-requestid': this.#requestId };
    for (const [given, value] of Object.entries(headers)) {
      const name = given.toLowerCase();
      if (!dropped.has(name)) sent[remapped.has(name) ? `x-amzn-remapped-${name}` : name] = utf8(String(value));
    }
    sent['content-type'] ??= 'application/octet-stream';
    if (cookies.length > 0) sent['set-cookie'] = cookies.map(utf8);
    return sent;
  }
}

/** A header value as Node expects it, with one character per byte. */
function utf8(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

async function text(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
