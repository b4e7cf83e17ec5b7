import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certified, createAuthority } from '../support/certificates.ts';
import { pairs } from '../support/pairs.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { startStack } from '../support/stack.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';
import { answerWell, fullText } from './fault.ts';

const authority = createAuthority();
const stranger = createAuthority();
const usual = tls.getCACertificates('default');
beforeAll(() => tls.setDefaultCACertificates([...usual, authority.cert]));
afterAll(() => tls.setDefaultCACertificates(usual));

const here = '127.0.0.1';
const certificates: [name: string, outcome: string, certified: Certified][] = [
  ['is good', 'ok', authority.certify({ address: here, days: 1 })],
  ['has expired', 'upstream_tls_error', authority.certify({ address: here, days: -1 })],
  ['is of another host', 'upstream_tls_error', authority.certify({ address: '192.0.2.1', days: 1 })],
  ['is of an authority that nobody knows', 'upstream_tls_error', stranger.certify({ address: here, days: 1 })],
];

/** A provider behind this certificate, and how many requests have got through to it. */
async function secureProvider(providerStream: ProviderStream, { cert, key }: Certified) {
  let requests = 0;
  const server = tls.createServer({ cert, key }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      requests++;
      answerWell({ providerStream, socket });
    });
  });
  server.on('tlsClientError', () => {});
  server.listen(0, here);
  await once(server, 'listening');
  return {
    baseUrl: `https://${here}:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    close: () => server.close(),
  };
}

describe('a provider with a certificate problem (4)', () => {
  for (const [name, outcome, certified] of certificates) {
    for (const { providerStream, client } of pairs()) {
      test(`${name}: ${providerStream.name} for ${client.dialect}`, async () => {
        const provider = await secureProvider(providerStream, certified);
        const stack = startStack({
          config: {
            providers: { first: { kind: providerStream.kind, baseUrl: provider.baseUrl, key: { env: 'TEST_KEY' } } },
            models: { steady: { targets: [`first/${providerStream.model}`] } },
          },
        });
        const clientRequest = client.ask('steady', false);
        const response = await stack.post(clientRequest.path, clientRequest.body);
        const body = objectOf(parsed(await response.text()));
        provider.close();
        expect(objectOf(parsed(stack.log[0] ?? ''))).toMatchObject({ outcome, attempts: [{ provider: 'first' }] });
        expect(provider.requests()).toBe(outcome === 'ok' ? 1 : 0);
        if (outcome === 'ok') expect(client.text(body)).toBe(fullText);
        else {
          expect(response.status).toBe(client.status('upstream_tls_error'));
          expect(client.failure(body, response.headers).word).toBe(client.word('upstream_tls_error'));
        }
      });
    }
  }
});
