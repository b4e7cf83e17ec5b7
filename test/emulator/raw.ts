import { connect, type Socket } from 'node:net';

/** A call over a bare socket, so that a test sees bytes and endings as they are on the wire. */
export class RawCall {
  readonly socket: Socket;
  readonly #pieces: string[] = [];
  #ended = false;
  #waiting: (() => void)[] = [];

  constructor(url: string, path: string, headers: Record<string, string>, body: string) {
    const { hostname, port, host } = new URL(url);
    this.socket = connect(Number(port), hostname);
    const head = Object.entries({ host, 'content-length': String(Buffer.byteLength(body)), ...headers });
    this.socket.write(`POST ${path} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
    this.socket.on('data', (bytes) => {
      this.#pieces.push(bytes.toString('latin1'));
      this.#wake();
    });
    this.socket.on('error', () => {});
    this.socket.once('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Everything received, a character a byte. */
  get received(): string {
    return this.#pieces.join('');
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The body, free of HTTP's chunks; up to what has arrived. */
  get body(): string {
    const { received } = this;
    let at = received.indexOf('\r\n\r\n') + 4;
    if (!/transfer-encoding: chunked/i.test(received.slice(0, at))) return received.slice(at);
    let body = '';
    for (;;) {
      const lineEnd = received.indexOf('\r\n', at);
      const length = lineEnd < 0 ? 0 : Number.parseInt(received.slice(at, lineEnd), 16);
      if (length === 0) return body;
      body += received.slice(lineEnd + 2, lineEnd + 2 + length);
      at = lineEnd + 2 + length + 2;
    }
  }

  /** Has HTTP's own end of a chunked body arrived? */
  get complete(): boolean {
    return this.#pieces.slice(-5).join('').endsWith('\r\n0\r\n\r\n');
  }

  /** Waits until this holds or the connection is closed. */
  async until(holds: () => boolean): Promise<this> {
    while (!holds() && !this.#ended) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this;
  }

  /** Waits for the end, of the body or of the connection. */
  whole(): Promise<this> {
    return this.until(() => this.complete);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** Waits until this holds, looking often; fails after ten seconds. */
export async function eventually(holds: () => boolean): Promise<void> {
  const start = Date.now();
  while (!holds()) {
    if (Date.now() - start > 10_000) throw new Error('It did not happen within ten seconds.');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
