import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifySigV4 } from '../../lib/access/sigv4.ts';
import { credentials } from '../../lib/emulator/credentials.ts';

export interface AwsDouble {
  /** For AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_LAMBDA. */
  readonly url: string;
  /** `sts POST /`, each call whose signature was right. */
  readonly calls: readonly string[];
  close(): Promise<void>;
}

/** The parts of STS and Lambda that the doctor calls, for the embedded credentials only. Each accepts one signed call. */
export async function startAwsDouble(answers: { quota?: number; lambda?: number } = {}): Promise<AwsDouble> {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method = '', url = '' } = request;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const verdict = verifySigV4(
      { method, path: url, query: '', headers, body: Buffer.concat(pieces) },
      {
        secretFor: (id) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined),
        now: Date.now(),
        maxSkewMs: 300_000,
      },
    );
    if ('refusal' in verdict) {
      response.writeHead(403, { 'content-type': 'text/xml' });
      response.end('<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>');
      return;
    }
    calls.push(`${verdict.service} ${method} ${url} ${Buffer.concat(pieces)}`.trim());
    if (verdict.service === 'sts') {
      response.end(
        '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/demo</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
      );
      return;
    }
    response.writeHead(answers.lambda ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ AccountLimit: { ConcurrentExecutions: answers.quota ?? 1000, TotalCodeSize: 1 } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
