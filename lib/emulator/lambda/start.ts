import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Environments } from './environments.ts';
import { eventOf, type SignedBy } from './event.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { Invocation } from './invocation.ts';
import { listenLocally } from './local-server.ts';
import { Reply } from './reply.ts';
import type { FunctionSettings } from './settings.ts';
import { type Signer, signedBy } from './signers.ts';

export interface LambdaOptions extends Partial<Omit<FunctionSettings, 'folder'>> {
  /** The uploaded code: `index.mjs`, which exports `handler`, and its imports. */
  readonly folder: string;
  /** Default: a free port. */
  readonly port?: number;
  /** The accepted signers, with the auth type AWS_IAM. If missing, the auth type is NONE and everybody has access. */
  readonly signers?: readonly Signer[];
}

/** A function behind a function URL on loopback. */
export interface EmulatedLambda {
  readonly url: string;
  /** Its running processes. */
  readonly environments: readonly Pick<ExecutionEnvironment, 'pid' | 'invocations' | 'isIdle' | 'initMs'>[];
  /** Ends its processes and frees the port. */
  close(): Promise<void>;
}

/** The maximum size of an event: its body and everything else. */
const maxEventBytes = 6 * 1024 * 1024;

/**
 * Runs a function as Lambda does behind a function URL in RESPONSE_STREAM mode, under AWS's own runtime interface
 * client. An environment starts when none is idle, handles one request at a time and is frozen in between. A function
 * that exceeds its timeout is killed. Disconnecting clients are not noticed. Windows can't freeze processes.
 */
export async function startLambda(options: LambdaOptions): Promise<EmulatedLambda> {
  const settings: FunctionSettings = {
    name: 'function',
    environment: {},
    timeoutMs: 60_000,
    memory: 512,
    reservedConcurrency: false,
    freeze: process.platform !== 'win32',
    log: () => {},
    ...options,
  };
  const environments = new Environments(settings);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = randomUUID();
    const reply = new Reply(response, id);
    const body = await read(request, maxEventBytes);
    if (!body) return reply.refuse(413, { Message: 'Request Entity Too Large' });
    let signer: SignedBy | undefined;
    if (options.signers) {
      signer = signedBy(request, body, options.signers);
      if (!signer) return reply.refuse(403, { Message: 'Forbidden' });
    }
    const event = JSON.stringify(eventOf(request, body, id, signer));
    if (Buffer.byteLength(event) > maxEventBytes) return reply.refuse(413, { Message: 'Request Entity Too Large' });
    const accepted = await environments.take((environment) => invoke(environment, { id, event, reply }));
    if (!accepted) reply.refuse(429, { Message: 'Rate Exceeded.', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
  }

  const server = await listenLocally(
    // A client that disconnects during its request never reached the function.
    (request, response) => void handle(request, response).catch(() => response.destroy()),
    options.port,
  );
  return {
    url: `http://127.0.0.1:${server.port}`,
    get environments() {
      return environments.all;
    },
    async close() {
      await server.close();
      await environments.close();
    },
  };
}

/** Resolves when the environment is done with the request, which is a little later than the response. */
async function invoke(
  environment: ExecutionEnvironment,
  { id, event, reply }: { id: string; event: string; reply: Reply },
): Promise<void> {
  const done = Promise.withResolvers<void>();
  const invocation: Invocation = {
    id,
    event,
    async answer(response) {
      await reply.send(response);
      done.resolve();
    },
    fail(failure) {
      reply.fail(failure);
      done.resolve();
    },
  };
  environment.invoke(invocation);
  await done.promise;
}

/** The whole request body. `undefined` if it is larger than the limit. */
async function read(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= limit) pieces.push(piece);
  }
  return size <= limit ? Buffer.concat(pieces) : undefined;
}
