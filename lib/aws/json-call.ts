import { AwsV4Signer } from 'aws4fetch';
import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import { timedOut } from '../time/timed-out.ts';
import { send } from '../transport/send.ts';
import type { Bytes } from '../wire/frame.ts';
import { type AwsAccess, type AwsService, awsServices } from './access.ts';
import { AwsError } from './aws-error.ts';

export interface AwsJsonCall {
  readonly service: AwsService;
  /** `GetSecretValue`, `UpdateItem`. */
  readonly operation: string;
  readonly body: JsonObject;
  /** How long the answer may take once there are credentials, in milliseconds. */
  readonly timeoutMs: number;
}

/** Larger than any answer of the services that are called. */
const maxAnswerBytes = 4 << 20;

/**
 * One call of an AWS service, made once: the JSON it answers with. A few lines in the place of a service's SDK client,
 * which would be three quarters of a small function. Throws an AwsError, whatever goes wrong.
 */
export async function awsJsonCall(access: AwsAccess, call: AwsJsonCall): Promise<JsonObject> {
  const { region } = access;
  if (!region) throw new AwsError('NoRegion', 'no AWS region is known. Set AWS_REGION.');
  const signed = await sign(access, call, region);
  const overdue = new AbortController();
  const answer = exchange(signed, overdue.signal);
  if (await timedOut(answer, call.timeoutMs, access.clock)) {
    overdue.abort(new AwsError('Timeout', `${call.operation} was not answered within ${call.timeoutMs} ms.`));
  }
  return answer;
}

async function sign({ credentials, endpoint }: AwsAccess, { service, operation, body }: AwsJsonCall, region: string) {
  const { contentType, target } = awsServices[service];
  const text = JSON.stringify(body);
  const signer = new AwsV4Signer({
    ...(await credentials()),
    url: endpoint(service, region).href,
    headers: { 'content-type': contentType, 'x-amz-target': `${target}.${operation}` },
    body: text,
    service,
    region,
  });
  const { url, headers } = await signer.sign();
  return { url, headers: Object.fromEntries(headers), body: text };
}

async function exchange(signed: Awaited<ReturnType<typeof sign>>, signal: AbortSignal): Promise<JsonObject> {
  let status: number;
  let headers: Record<string, string>;
  let text: string;
  try {
    const answer = await send({ ...signed, signal });
    ({ status, headers } = answer);
    text = await readText(answer.body);
  } catch (cause) {
    if (cause instanceof AwsError) throw cause;
    throw new AwsError('Unreachable', 'the service could not be reached, or broke off its answer.', { cause });
  }
  const body = parse(text);
  if (status === 200 && body) return body;
  if (status === 200) throw new AwsError('NotJson', 'the service answered with something that is not a JSON object.');
  // `com.amazon.coral.service#AccessDeniedException` in the body, `AccessDeniedException:http://…` in the header.
  const type = typeof body?.__type === 'string' ? body.__type : headers['x-amzn-errortype'];
  const exception = type?.split(':', 1)[0]?.split('#').at(-1) || `Status${status}`;
  const message = body?.message ?? body?.Message;
  throw new AwsError(exception, typeof message === 'string' ? message : 'no reason was given.', {
    status,
    ...(body && { body }),
  });
}

async function readText(bytes: Bytes): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxAnswerBytes) throw new AwsError('NotJson', 'the service answered with more than it ever should.');
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parse(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
