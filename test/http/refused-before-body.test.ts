import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Served, serve } from '../support/serve.ts';

const key = 'key-of-a-good-client';
let served: Served;
beforeAll(async () => {
  served = await serve({ keys: [key] });
});
afterAll(() => served.close());

/** What a server answers to a request whose body is promised and never sent. */
async function answerWithoutBody(path: string, headers: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(served.url);
  const socket = connect(Number(port), hostname);
  const promised = ['content-type: application/json', 'content-length: 4000000'];
  socket.write([`POST ${path} HTTP/1.1`, `host: ${hostname}`, ...promised, ...headers, '', ''].join('\r\n'));
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return first.toString('latin1').split('\r\n', 1)[0] ?? '';
}

const signedByNobody = `authorization: AWS4-HMAC-SHA256 Credential=nobody-at-all/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;

test.each([
  ['/v1/chat/completions', 401, []],
  ['/v1/chat/completions', 401, ['authorization: Bearer key-of-nobody']],
  ['/v1/completions', 401, []],
  ['/v1/responses', 401, ['api-key: key-of-nobody']],
  ['/chat/completions', 401, []],
  ['/openai/deployments/m/chat/completions', 401, ['api-key: key-of-nobody']],
  ['/v1/messages', 401, ['x-api-key: key-of-nobody', 'anthropic-version: 2023-06-01']],
  ['/v1/messages/count_tokens', 401, []],
  ['/v1/complete', 401, []],
  ['/model/m/converse-stream', 403, []],
  ['/model/m/invoke', 403, [signedByNobody]],
])('%s rejects a request without a key before its body arrives: %i %j', async (path, status, headers) => {
  expect(await answerWithoutBody(path, headers)).toContain(`HTTP/1.1 ${status} `);
});
