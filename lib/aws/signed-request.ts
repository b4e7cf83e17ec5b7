import { AwsV4Signer } from 'aws4fetch';
import { send } from '../transport/send.ts';
import type { AwsCredentials } from './credentials.ts';

export interface AwsRequest {
  /** As signatures name it: `sts`, `lambda`. */
  readonly service: string;
  readonly region: string;
  readonly url: string;
  /** A form to post; without one the call is a GET. */
  readonly form?: string;
  readonly signal: AbortSignal;
}

export interface AwsAnswer {
  readonly status: number;
  /** XML or JSON, as the service has it. */
  readonly text: string;
}

/**
 * One signed call of an AWS service that takes no JSON, whatever it answers; for the few that only tools make. Throws a
 * SluiceError where the service cannot be reached, or the signal's reason.
 */
export async function signedRequest(credentials: AwsCredentials, request: AwsRequest): Promise<AwsAnswer> {
  const { form, signal, ...named } = request;
  const method = form === undefined ? 'GET' : 'POST';
  const signer = new AwsV4Signer({
    ...credentials,
    ...named,
    method,
    ...(form !== undefined && { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form }),
  });
  const { url, headers } = await signer.sign();
  const answer = await send({
    url,
    method,
    headers: Object.fromEntries(headers),
    signal,
    ...(form !== undefined && { body: form }),
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body) pieces.push(piece);
  return { status: answer.status, text: Buffer.concat(pieces).toString('utf8') };
}
