import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenLocally } from './local-server.ts';

/** An event for a runtime. */
export interface RuntimeEvent {
  readonly id: string;
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly functionArn: string;
}

/** What a runtime reports to the Runtime API. */
export interface RuntimeListener {
  /** The runtime waits for an invocation, which the passed function sends. */
  next(send: (event: RuntimeEvent) => void): void;
  response(id: string, body: IncomingMessage): Promise<void>;
  error(id: string, error: string): void;
  initError(error: string): void;
}

export interface RuntimeApi {
  /** `host:port`, as in `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  close(): Promise<void>;
}

const prefix = '/2018-06-01/runtime';

/** The Runtime API of one execution environment. */
export async function startRuntimeApi(listener: RuntimeListener): Promise<RuntimeApi> {
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.startsWith(prefix) ? request.url.slice(prefix.length) : '';
    if (path === '/invocation/next') return listener.next((event) => deliver(event, response));
    if (path === '/init/error') listener.initError(await text(request));
    const [, id = '', kind] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (kind === 'response') await listener.response(decodeURIComponent(id), request);
    if (kind === 'error') listener.error(decodeURIComponent(id), await text(request));
    // The runtime also waits for the end of this before it requests more work.
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  }
  // The end of the process reveals a runtime that dies during a call.
  const server = await listenLocally((request, response) => void handle(request, response).catch(() => response.destroy()));
  return { address: `127.0.0.1:${server.port}`, close: server.close };
}

function deliver({ id, event, deadline, functionArn }: RuntimeEvent, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': id,
    'lambda-runtime-deadline-ms': String(deadline),
    'lambda-runtime-invoked-function-arn': functionArn,
  });
  response.end(event);
}

async function text(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
