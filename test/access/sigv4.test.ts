import { createServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  ListAsyncInvokesCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, test } from 'vitest';
import { claimedKeyId, type SignedRequest, type SigV4Check, verifySigV4 } from '../../lib/access/sigv4.ts';

const secrets: Record<string, string> = { AKIDEXAMPLE: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const secretFor = (accessKeyId: string) => secrets[accessKeyId];
const check = (): SigV4Check => ({ secretFor, now: Date.now(), maxSkewMs: 300_000 });
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secrets.AKIDEXAMPLE ?? '', sessionToken: 'a session' };

/** What the SDK signs, as the SDK's own transport would send it. */
async function signedBySdk(
  send: (client: BedrockRuntimeClient) => Promise<unknown>,
  config: BedrockRuntimeClientConfig = {},
): Promise<SignedRequest> {
  const { promise, resolve } = Promise.withResolvers<SignedRequest>();
  const client = new BedrockRuntimeClient({
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
    authSchemePreference: ['aws.auth#sigv4'],
    requestHandler: {
      handle: async (sent: { method: string; path: string; query: object; headers: Record<string, string>; body: string }) => {
        const query = new URLSearchParams(sent.query as Record<string, string>).toString().replaceAll('+', '%20');
        resolve({ ...sent, query, body: sent.body ?? '' });
        throw new Error('signed');
      },
    },
    ...config,
  });
  await send(client).catch(() => undefined);
  return promise;
}

const converse = (modelId: string) => (client: BedrockRuntimeClient) =>
  client.send(new ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text: 'Grüß Gott' }] }] }));

describe('verifySigV4', () => {
  test('verifies the published example', () => {
    const example = {
      method: 'GET',
      path: '/',
      query: '',
      headers: {
        host: 'example.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
      },
      body: '',
    };
    const at = { secretFor, now: Date.parse('2015-08-30T12:36:00Z'), maxSkewMs: 0 };
    expect(verifySigV4(example, at)).toEqual({ accessKeyId: 'AKIDEXAMPLE', region: 'us-east-1', service: 'service' });
    const ordered = {
      ...example,
      query: 'Param2=value2&Param1=value1',
      headers: {
        ...example.headers,
        authorization: example.headers.authorization.replace(
          /Signature=.*/,
          'Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
        ),
      },
    };
    expect(verifySigV4(ordered, at)).toHaveProperty('accessKeyId');
  });

  test.each([
    'anthropic.claude-v2:1',
    'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude:0',
    "odd !'()* ~name",
  ])('accepts the SDK’s signature for the model %s', async (modelId) => {
    const request = await signedBySdk(converse(modelId));
    expect(request.path).toContain('%');
    expect(verifySigV4(request, check())).toEqual({ accessKeyId: 'AKIDEXAMPLE', region: 'eu-west-1', service: 'bedrock' });
  });

  test('accepts a query in any order', async () => {
    const request = await signedBySdk((client) =>
      client.send(new ListAsyncInvokesCommand({ nextToken: 'a/b+c d=', sortOrder: 'Ascending', maxResults: 3 })),
    );
    expect(request.query).toContain('nextToken=a%2Fb%2Bc%20d%3D');
    const reversed = request.query.split('&').reverse().join('&');
    expect(verifySigV4({ ...request, query: reversed }, check())).toHaveProperty('accessKeyId');
  });

  test('accepts :authority instead of host over HTTP/2, and host behind a proxy', async () => {
    const { promise, resolve } = Promise.withResolvers<SignedRequest>();
    const server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        response.end('{}');
        resolve({
          method: request.method,
          path: request.url,
          query: '',
          headers: onlyText(request.headers),
          body: Buffer.concat(pieces),
        });
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const client = new BedrockRuntimeClient({
      region: 'us-east-1',
      credentials,
      authSchemePreference: ['aws.auth#sigv4'],
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    await converse('amazon.nova-lite-v1:0')(client).catch(() => undefined);
    const request = await promise;
    client.destroy();
    server.close();

    expect(request.headers.authorization).toContain(':authority;');
    expect(verifySigV4(request, check())).toHaveProperty('accessKeyId');
    const { ':authority': host, ...headers } = request.headers;
    expect(verifySigV4({ ...request, headers: { ...headers, host } }, check())).toHaveProperty('accessKeyId');
    expect(verifySigV4({ ...request, headers: { ...headers, host: 'other' } }, check())).toHaveProperty('refusal');
  });

  test('rejects anything changed after signing, and says why', async () => {
    const request = await signedBySdk(converse('amazon.nova-lite-v1:0'));
    const { headers } = request;
    const code = (changed: Partial<SignedRequest>, with_: Partial<SigV4Check> = {}) => {
      const verdict = verifySigV4({ ...request, ...changed }, { ...check(), ...with_ });
      return 'refusal' in verdict ? verdict.refusal.code : 'accepted';
    };
    const without = (name: string) => Object.fromEntries(Object.entries(headers).filter(([present]) => present !== name));
    const authorization = headers.authorization ?? '';

    expect(code({})).toBe('accepted');
    expect(code({ headers: { ...headers, 'user-agent': 'changed, but unsigned' } })).toBe('accepted');
    expect(code({}, { secretFor: () => 'another secret' })).toBe('InvalidSignatureException');
    expect(code({}, { secretFor: () => undefined })).toBe('UnrecognizedClientException');
    expect(code({}, { now: Date.now() + 600_000 })).toBe('InvalidSignatureException');
    expect(code({ body: '{}' })).toBe('InvalidSignatureException');
    expect(code({ body: '{}', headers: without('x-amz-content-sha256') })).toBe('IncompleteSignatureException');
    expect(code({ path: '/model/amazon.nova-pro-v1%3A0/converse' })).toBe('InvalidSignatureException');
    expect(code({ path: '/model/amazon.nova-lite-v1:0/converse' })).toBe('InvalidSignatureException');
    expect(code({ query: 'x=1' })).toBe('InvalidSignatureException');
    expect(code({ query: 'x=%' })).toBe('IncompleteSignatureException');
    expect(code({ method: 'GET' })).toBe('InvalidSignatureException');
    expect(code({ headers: { ...headers, 'x-amz-security-token': 'another' } })).toBe('InvalidSignatureException');
    expect(code({ headers: without('authorization') })).toBe('MissingAuthenticationTokenException');
    expect(code({ headers: { ...headers, authorization: 'Bearer x' } })).toBe('MissingAuthenticationTokenException');
    expect(code({ headers: { ...headers, authorization: 'AWS4-HMAC-SHA256 Credential=x' } })).toBe(
      'IncompleteSignatureException',
    );
    expect(code({ headers: without('x-amz-date') })).toBe('IncompleteSignatureException');
    const unsigned = (name: string) => ({ headers: { ...headers, authorization: authorization.replace(name, '') } });
    expect(code(unsigned('host;'))).toBe('IncompleteSignatureException');
    expect(code(unsigned('x-amz-security-token;'))).toBe('IncompleteSignatureException');
    expect(code({ headers: { ...headers, authorization: authorization.replace('host;', 'host;__proto__;') } })).toBe(
      'IncompleteSignatureException',
    );
  });

  test('reads a key id with a slash completely', async () => {
    const request = await signedBySdk(converse('m'), { credentials: { accessKeyId: 'team/app', secretAccessKey: 'team/app' } });
    expect(verifySigV4(request, { ...check(), secretFor: (id) => id })).toMatchObject({ accessKeyId: 'team/app' });
  });
});

describe('claimedKeyId', () => {
  test('reads the key id of a signature, and nothing from anything else', () => {
    const scope = '20260101/us-east-1/bedrock/aws4_request';
    const signed = `AWS4-HMAC-SHA256 Credential=team/app/${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
    expect(claimedKeyId(signed)).toBe('team/app');
    for (const none of ['', 'Bearer team/app', 'AWS4-HMAC-SHA256', signed.slice(0, -1)])
      expect(claimedKeyId(none)).toBeUndefined();
  });
});

function onlyText(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
