import { AwsV4Signer } from 'aws4fetch';
import type { JsonObject } from '../stream/json.ts';
import { send } from '../transport/send.ts';
import type { AwsCredentials } from './credentials.ts';

export interface AwsRequest {
  /** The service name in signatures: `sts`, `lambda`. */
  readonly service: string;
  readonly region: string;
  readonly url: string;
  /** A form to post. Without a form or `put` the call is a GET. */
  readonly form?: string;
  /** JSON to put. */
  readonly put?: JsonObject;
  readonly signal: AbortSignal;
}

export interface AwsAnswer {
  readonly status: number;
  /** XML or JSON, depending on the service. */
  readonly text: string;
}

/**
 * One signed call to an AWS service without a JSON API, whatever the response. Only tools need these few services.
 * Throws a SluiceError if the service can't be reached, or the signal's reason.
 */
export async function signedRequest(credentials: AwsCredentials, request: AwsRequest): Promise<AwsAnswer> {
  const { form, put, signal, ...named } = request;
  const method = put ? 'PUT' : form === undefined ? 'GET' : 'POST';
  const body = put ? JSON.stringify(put) : form;
  const contentType = put ? 'application/json' : 'application/x-www-form-urlencoded';
  const signer = new AwsV4Signer({
    ...credentials,
    ...named,
    method,
    ...(body !== undefined && { headers: { 'content-type': contentType }, body }),
  });
  const { url, headers } = await signer.sign();
  const answer = await send({
    url,
    method,
    headers: Object.fromEntries(headers),
    signal,
    ...(body !== undefined && { body }),
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body) pieces.push(piece);
  return { status: answer.status, text: Buffer.concat(pieces).toString('utf8') };
}
