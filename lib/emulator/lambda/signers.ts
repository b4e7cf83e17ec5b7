import type { IncomingMessage } from 'node:http';
import { verifySigV4 } from '../../access/sigv4.ts';
import type { SignedBy } from './event.ts';

/** An IAM principal that may call the function URL. */
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly userArn: string;
}

/** The maximum clock difference of a signature, in milliseconds. */
const maxSkewMs = 5 * 60_000;

/** The principal that signed this request for Lambda. `undefined` if it isn't signed. */
export function signedBy(request: IncomingMessage, body: Buffer, signers: readonly Signer[]): SignedBy | undefined {
  const url = request.url ?? '/';
  const at = url.includes('?') ? url.indexOf('?') : url.length;
  const find = (accessKeyId: string) => signers.find((signer) => signer.accessKeyId === accessKeyId);
  const headers = Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(',')]));
  const verdict = verifySigV4(
    { method: request.method ?? 'GET', path: url.slice(0, at), query: url.slice(at + 1), headers, body },
    { secretFor: (id) => find(id)?.secretAccessKey, now: Date.now(), maxSkewMs },
  );
  if ('refusal' in verdict || verdict.service !== 'lambda') return undefined;
  const signer = find(verdict.accessKeyId);
  return signer && { accessKey: signer.accessKeyId, userArn: signer.userArn };
}
