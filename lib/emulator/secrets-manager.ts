import { randomUUID } from 'node:crypto';
import { verifySigV4 } from '../access/sigv4.ts';
import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import { processClock } from '../time/clock.ts';
import { sleep } from '../time/sleep.ts';
import { credentials as demoCredentials } from './credentials.ts';
import { type HttpRequest, type HttpResponse, openFrontDoor } from './front-door.ts';

/** What Secrets Manager may do instead of responding. */
export type SecretsManagerFault = 'throttled' | 'denied' | 'broken' | 'silent';

/** One received call, correctly signed or not. */
export interface SecretsManagerCall {
  /** `GetSecretValue`. Empty if the call had none. */
  readonly operation: string;
  readonly secretId: string;
  /** The region of the signature. Missing if the signature was rejected. */
  readonly region?: string;
  /** The error of a rejected call. Missing for a successful one. */
  readonly exception?: string;
}

/** A Secrets Manager in this process, which stores everything in memory. */
export interface EmulatedSecretsManager {
  /** For AWS_ENDPOINT_URL_SECRETS_MANAGER. */
  readonly url: string;
  /** Every call, oldest first. */
  readonly calls: readonly SecretsManagerCall[];
  /** Creates the secret or changes its value. `undefined` creates a secret without a value, like the stack does. */
  put(name: string, value: string | undefined): void;
  /** Makes this many of the next calls fail. `undefined` ends it. */
  fail(fault: SecretsManagerFault | undefined, times?: number): void;
  /** Makes every response take this long, in milliseconds. */
  delay(milliseconds: number): void;
  /** Breaks every connection and frees the port. */
  close(): Promise<void>;
}

export interface SecretsManagerOptions {
  readonly secrets?: Readonly<Record<string, string | undefined>>;
  /** The accepted credentials. Default: those of the embedded providers. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

/** The maximum clock difference of a client, in milliseconds. */
const maxSkewMs = 5 * 60_000;

/**
 * Starts a Secrets Manager on a free port of 127.0.0.1 with its JSON 1.1 protocol: GetSecretValue, PutSecretValue,
 * CreateSecret and DescribeSecret, each with a valid signature.
 */
export async function startSecretsManager({
  secrets = {},
  credentials = demoCredentials,
}: SecretsManagerOptions = {}): Promise<EmulatedSecretsManager> {
  const store = new Map<string, Secret>();
  const calls: SecretsManagerCall[] = [];
  let fault: SecretsManagerFault | undefined;
  let faultsLeft = 0;
  let delayMs = 0;
  const put = (name: string, value: string | undefined) => void store.set(name, secret(name, value));
  for (const [name, value] of Object.entries(secrets)) put(name, value);

  async function answer(request: HttpRequest, response: HttpResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^secretsmanager\./, '');
    const body = parse(text);
    const secretId = String(body.SecretId ?? body.Name ?? '');
    const region = signedFor(request, text, credentials);
    const current = faultsLeft-- > 0 ? fault : undefined;
    const reply = typeof region === 'object' ? region : current ? faults[current] : perform(operation, secretId, body, store);
    calls.push({
      operation,
      secretId,
      ...(typeof region === 'string' && { region }),
      ...(reply && 'exception' in reply && { exception: reply.exception }),
    });
    if (!reply) return;
    if (delayMs > 0) await sleep(processClock(), delayMs, new AbortController().signal);
    const answered: JsonObject = 'exception' in reply ? { __type: reply.exception, Message: reply.message } : reply.body;
    const output: Output = response;
    output.writeHead('exception' in reply ? (reply.status ?? 400) : 200, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': randomUUID(),
    });
    output.end(JSON.stringify(answered));
  }

  const door = await openFrontDoor((request, response) => {
    // Only a client that disconnects inside its own body can make this fail, and then nobody needs an error.
    answer(request, response).catch(() => response.end());
  });
  return {
    url: `http://127.0.0.1:${door.port}`,
    calls,
    put,
    fail(next, times = Number.POSITIVE_INFINITY) {
      fault = next;
      faultsLeft = next ? times : 0;
    },
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    close: door.close,
  };
}

/** The common part of both response types, whose union TypeScript can't call. */
interface Output {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(text: string): unknown;
}

type Reply = { readonly body: JsonObject } | { readonly exception: string; readonly message: string; readonly status?: number };

const faults: Record<SecretsManagerFault, Reply | undefined> = {
  throttled: { exception: 'ThrottlingException', message: 'Rate exceeded' },
  denied: {
    exception: 'AccessDeniedException',
    message:
      'User: arn:aws:sts::111122223333:assumed-role/demo/demo is not authorized to perform: secretsmanager:GetSecretValue because no identity-based policy allows the secretsmanager:GetSecretValue action',
  },
  broken: { exception: 'InternalServiceError', message: 'An error occurred on the server side.', status: 500 },
  silent: undefined,
};

interface Secret {
  readonly described: JsonObject;
  readonly value: string | undefined;
}

function secret(name: string, value: string | undefined): Secret {
  const version = randomUUID();
  return {
    value,
    described: {
      ARN: `arn:aws:secretsmanager:us-east-1:111122223333:secret:${name}-Demo00`,
      Name: name,
      ...(value !== undefined && { VersionId: version, VersionStages: ['AWSCURRENT'] }),
    },
  };
}

function perform(operation: string, name: string, body: JsonObject, store: Map<string, Secret>): Reply {
  const found = store.get(name);
  const value = typeof body.SecretString === 'string' ? body.SecretString : undefined;
  switch (operation) {
    case 'CreateSecret':
      if (found) return { exception: 'ResourceExistsException', message: `The secret ${name} already exists.` };
      store.set(name, secret(name, value));
      return { body: store.get(name)?.described ?? {} };
    case 'PutSecretValue':
      if (!found) return notFound('');
      store.set(name, secret(name, value));
      return { body: store.get(name)?.described ?? {} };
    case 'GetSecretValue':
      if (found?.value !== undefined) return { body: { ...found.described, SecretString: found.value } };
      return notFound(found ? ' value for staging label: AWSCURRENT' : '');
    case 'DescribeSecret':
      return found ? { body: found.described } : notFound('');
    default:
      return { exception: 'UnknownOperationException', message: 'No such operation here.' };
  }
}

function notFound(what: string): Reply {
  return { exception: 'ResourceNotFoundException', message: `Secrets Manager can't find the specified secret${what}.` };
}

/** The region of the signature, or the error if it is invalid. */
function signedFor(
  request: HttpRequest,
  body: string,
  { accessKeyId, secretAccessKey, sessionToken }: Required<SecretsManagerOptions>['credentials'],
): string | Extract<Reply, { exception: string }> {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]));
  if (headers['x-amz-security-token'] !== sessionToken) {
    return { exception: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' };
  }
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const verdict = verifySigV4(
    { method: request.method ?? 'GET', path, query, headers, body },
    { secretFor: (id) => (id === accessKeyId ? secretAccessKey : undefined), now: Date.now(), maxSkewMs },
  );
  if ('refusal' in verdict) return { exception: verdict.refusal.code, message: verdict.refusal.message };
  return verdict.service === 'secretsmanager'
    ? verdict.region
    : { exception: 'InvalidSignatureException', message: 'Credential should be scoped to correct service: secretsmanager.' };
}

function parse(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
