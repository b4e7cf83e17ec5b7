import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call that the provider has had. */
export interface UpstreamCall {
  /** Bytes that it has handed to its socket. */
  written: number;
  /** When its connection was closed by the other side, on `performance.now`'s clock. */
  closedAt?: number;
}

/** A chat completions provider as fast as Node's server. The model's name selects what it does. */
export interface Upstream {
  readonly baseUrl: string;
  /** Requests by the text of their message. */
  readonly calls: ReadonlyMap<string, UpstreamCall>;
  /** Closes its connections, and itself. */
  close(): Promise<void>;
}

/** A chunk of chat completions with this text, or with the finish. */
export function chatEvent(text: string | undefined): string {
  const delta = text === undefined ? {} : { content: text };
  const finish = text === undefined ? 'stop' : null;
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

const done = `${chatEvent(undefined)}data: [DONE]\n\n`;

/** The text that the `n`th token of this call is: no other call has it. */
export function token(said: string, n: number): string {
  return `${said}:${n} `;
}

/** The text of a large event: characters of every width, and some that JSON escapes. */
export function largeText(characters: number): string {
  const pattern = 'Grüße, 東京, 🌍!\n"\\ and so on until it is long. ';
  return pattern.repeat(Math.ceil(characters / pattern.length)).slice(0, characters);
}

type Behaviour = (call: {
  response: ServerResponse;
  said: string;
  size: number;
  write: (text: string) => Promise<void>;
}) => Promise<void>;

/** What it does for a model called `<name>@<size>`. */
const behaviours: Readonly<Record<string, Behaviour>> = {
  /** So many numbered tokens, each an event of its own. */
  async tokens({ response, said, size, write }) {
    for (let n = 0; n < size; n++) await write(chatEvent(token(said, n)));
    response.end(done);
  },
  /** Tokens for ever, as fast as they are taken. */
  async flood({ response, write }) {
    const event = chatEvent('x'.repeat(1000));
    while (!response.destroyed) await write(event);
  },
  /** A token every few milliseconds, for ever. */
  async drip({ response, said, write }) {
    for (let n = 0; !response.destroyed; n++) {
      await write(chatEvent(token(said, n)));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
  /** One event of so many characters. */
  async large({ response, size, write }) {
    await write(chatEvent(largeText(size)));
    response.end(done);
  },
  /** Faults after this many tokens: an early end, a broken connection, an error event, invalid bytes. */
  async end({ response, said, size, write }) {
    for (let n = 0; n < size; n++) await write(chatEvent(token(said, n)));
    response.end();
  },
  async reset({ response, said, size, write }) {
    for (let n = 0; n < size; n++) await write(chatEvent(token(said, n)));
    response.socket?.resetAndDestroy();
  },
  async failure({ response, said, size, write }) {
    for (let n = 0; n < size; n++) await write(chatEvent(token(said, n)));
    response.end(`data: ${JSON.stringify({ error: { message: 'The model fell over.', type: 'server_error' } })}\n\n`);
  },
  async garbage({ response, said, size, write }) {
    for (let n = 0; n < size; n++) await write(chatEvent(token(said, n)));
    response.end('data: {"half\n\n');
  },
};

export async function startUpstream(): Promise<Upstream> {
  const calls = new Map<string, UpstreamCall>();
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const { model, messages } = JSON.parse(await textOf(request)) as { model: string; messages: { content: string }[] };
    const [name = '', size = '0'] = model.split('@');
    const said = messages[0]?.content ?? '';
    const call: UpstreamCall = { written: 0 };
    calls.set(said, call);
    response.on('close', () => {
      if (!response.writableFinished) call.closedAt = performance.now();
    });
    if (name === 'status') {
      response.writeHead(Number(size), { 'content-type': 'application/json' }).end('{"error":{"message":"No."}}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const write = async (text: string) => {
      call.written += text.length;
      if (!response.write(text)) await waitForDrain(response);
    };
    await behaviours[name]?.({ response, said, size: Number(size), write });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Resolves when more can be written, or when the client has disconnected. */
function waitForDrain(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    response.on('drain', settle);
    response.on('close', settle);
    if (response.destroyed) settle();
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
