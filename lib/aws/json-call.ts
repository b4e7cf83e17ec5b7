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
  /** Timeout for the response once credentials are available, in milliseconds. */
  readonly timeoutMs: number;
}

/** Larger than any response of these services. */
const maxAnswerBytes = 4 << 20;

/**
 * Calls an AWS service once and returns the JSON of its response. A few lines replace the service's SDK client, which
 * would be three quarters of the size of a small function. Throws an AwsError for every failure.
 */
export async function awsJsonCall(access: AwsAccess, call: AwsJsonCall): Promise<JsonObject> {
  const { region } = access;
  if (!region) throw new AwsError('NoRegion', 'no AWS region is set. Set AWS_REGION.');
  const signed = await sign(access, call, region);
  const overdue = new AbortController();
  const answer = exchange(signed, overdue.signal);
  if (await timedOut(answer, call.timeoutMs, access.clock)) {
    overdue.abort(new AwsError('Timeout', `${call.operation} did not respond within ${call.timeoutMs} ms.`));
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
    throw new AwsError(
      'Unreachable',
      'the service could not be reached or closed the connection before the end of its response.',
      { cause },
    );
  }
  const body = parse(text);
  if (status === 200 && body) return body;
  if (status === 200) throw new AwsError('NotJson', 'the service sent a response that is not a JSON object.');
  // `com.amazon.coral.service#AccessDeniedException` in the body, `AccessDeniedException:http://…` in the header.
  const type = typeof body?.__type === 'string' ? body.__type : headers['x-amzn-errortype'];
  const exception = type?.split(':', 1)[0]?.split('#').at(-1) || `Status${status}`;
  const message = body?.message ?? body?.Message;
  throw new AwsError(exception, typeof message === 'string' ? message : 'no reason given.', {
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
    if (size > maxAnswerBytes) throw new AwsError('NotJson', 'the service sent a response that is larger than the limit.');
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
