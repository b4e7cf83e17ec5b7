import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { verifySigV4 } from '../../lib/access/sigv4.ts';
import { type BedrockSettings, bedrockProvider } from '../../lib/providers/bedrock.ts';
import { toSluiceError } from '../../lib/stream/errors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { flattened } from '../support/batches.ts';
import { collect } from '../support/collect.ts';

interface Received {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) await close();
});

/** A scripted loopback Bedrock, and the requests it received. */
async function bedrock(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      received.push({ method: request.method ?? '', path: request.url ?? '', headers, body: Buffer.concat(pieces).toString() });
      answer(response, request);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const codec = new EventStreamCodec(toUtf8, fromUtf8);

function message(kind: 'event' | 'exception', type: string, payload: JsonObject): Uint8Array {
  return codec.encode({
    headers: {
      [`:${kind}-type`]: { type: 'string', value: type },
      ':content-type': { type: 'string', value: 'application/json' },
      ':message-type': { type: 'string', value: kind },
    },
    body: fromUtf8(JSON.stringify(payload)),
  });
}

const begin = message('event', 'messageStart', { role: 'assistant' });
const text = (words: string) => message('event', 'contentBlockDelta', { contentBlockIndex: 0, delta: { text: words } });
const end = message('event', 'messageStop', { stopReason: 'end_turn' });
const usage = message('event', 'metadata', { usage: { inputTokens: 1, outputTokens: 2 } });

function stream(response: ServerResponse, ...pieces: Uint8Array[]): ServerResponse {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  for (const piece of pieces) response.write(piece);
  return response;
}

const refuse = (status: number, type: string, words: string) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': `${type}:http://internal.amazon.com/` });
  response.end(JSON.stringify({ message: words }));
};

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const body = { messages: [{ role: 'user', content: [{ text: 'Grüß Gott' }] }], brandNewField: { kept: true } };

interface Options extends Partial<BedrockSettings> {
  model?: string;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  onConnected?: () => void;
}

/** The events of one call; what is thrown comes last, as an `error` event. */
async function* call({ model: called = model, signal, headers, onConnected, ...settings }: Options): AsyncGenerator<StreamEvent> {
  const provider = bedrockProvider({ name: 'bedrock', region: 'eu-west-1', credentials, ...settings });
  try {
    const frames = await provider.open({
      model: called,
      body,
      signal: signal ?? new AbortController().signal,
      onConnected: onConnected ?? (() => undefined),
      ...(headers && { headers }),
    });
    yield* flattened(provider.dialect.decode(frames, { id: 'x', model: called, passthrough: false }));
  } catch (thrown) {
    yield { type: 'error', error: toSluiceError(thrown) };
  }
}

async function errorOf(options: Options) {
  const last = (await collect(call(options))).at(-1);
  if (last?.type !== 'error') throw new Error('expected a failure');
  return last.error;
}

describe('bedrockProvider', () => {
  test.each([
    [model, '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream'],
    [
      'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude:0',
      '/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Ainference-profile%2Feu.anthropic.claude%3A0/converse-stream',
    ],
  ])('sends our body, signed, to %s', async (called, path) => {
    const { endpoint, received } = await bedrock((response) => stream(response, begin, text('Hi'), end, usage).end());
    const onConnected = vi.fn();
    const events = await collect(call({ endpoint, model: called, onConnected, headers: { 'x-extra': '1' } }));

    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop', usage: { input: 1, output: 2 } });
    expect(onConnected).toHaveBeenCalledOnce();
    const [request] = received;
    if (!request) throw new Error('nothing was sent');
    expect(request).toMatchObject({ method: 'POST', path, headers: { 'x-extra': '1', 'content-type': 'application/json' } });
    expect(JSON.parse(request.body)).toEqual(body);
    const secretFor = (id: string) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined);
    expect(verifySigV4({ ...request, query: '' }, { secretFor, now: Date.now(), maxSkewMs: 60_000 })).toEqual({
      accessKeyId: 'AKID',
      region: 'eu-west-1',
      service: 'bedrock',
    });
    expect(request.headers.authorization).toContain('x-amz-content-sha256');
  });

  test('accepts an endpoint with a path, and reads it from the environment by default', async () => {
    const { endpoint, received } = await bedrock((response) => stream(response, begin, end).end());
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', `${endpoint}/gateway`);
    vi.stubEnv('AWS_REGION', 'ap-south-1');
    const provider = bedrockProvider({ name: 'bedrock', credentials });
    await collect(await provider.open({ model: 'm', body, signal: new AbortController().signal, onConnected: () => undefined }));
    expect(received[0]?.path).toBe('/gateway/model/m/converse-stream');
    expect(received[0]?.headers.authorization).toContain('/ap-south-1/bedrock/');
  });

  test('uses a bearer token of the environment, but not instead of given credentials', async () => {
    const { endpoint, received } = await bedrock((response) => stream(response, begin, end).end());
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'token');
    const provider = bedrockProvider({ name: 'bedrock', region: 'eu-west-1', endpoint });
    await collect(await provider.open({ model: 'm', body, signal: new AbortController().signal, onConnected: () => undefined }));
    await collect(call({ endpoint }));
    expect(received.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual(['Bearer', 'AWS4-HMAC-SHA256']);
  });

  test('lets the SDK sign if credentials must be found, with the same result', async () => {
    const { endpoint, received } = await bedrock((response) => stream(response, begin, end).end());
    const folder = mkdtempSync(join(tmpdir(), 'sluice-profile-'));
    const file = join(folder, 'credentials');
    writeFileSync(file, '[other]\naws_access_key_id = AKID\naws_secret_access_key = profile-secret\n');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
    vi.stubEnv('AWS_PROFILE', 'other');
    const found = bedrockProvider({ name: 'bedrock', region: 'eu-west-1', endpoint });
    const request = { model: 'a.b:0', body, headers: { 'x-extra': '1' }, onConnected: () => undefined };
    await collect(await found.open({ ...request, signal: new AbortController().signal }));
    vi.stubEnv('AWS_PROFILE', undefined);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'profile-secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    const direct = bedrockProvider({ name: 'bedrock', region: 'eu-west-1', endpoint });
    await collect(await direct.open({ ...request, signal: new AbortController().signal }));
    rmSync(folder, { recursive: true });

    const [bySdk, byUs] = received;
    for (const sent of [bySdk, byUs]) {
      if (!sent) throw new Error('nothing was sent');
      const check = { secretFor: () => 'profile-secret', now: Date.now(), maxSkewMs: 60_000 };
      expect(verifySigV4({ ...sent, query: '' }, check)).toEqual({
        accessKeyId: 'AKID',
        region: 'eu-west-1',
        service: 'bedrock',
      });
    }
    expect(byUs?.headers['x-amz-security-token']).toBe('session');
    const same = ({ path, headers, body }: NonNullable<typeof bySdk>) => ({
      path,
      body,
      accept: headers.accept,
      type: headers['content-type'],
      extra: headers['x-extra'],
      digest: headers['x-amz-content-sha256'],
    });
    expect(byUs && same(byUs)).toEqual(bySdk && same(bySdk));
  });

  test.each([
    [429, 'ThrottlingException', 'rate_limit_exceeded'],
    [429, 'ModelNotReadyException', 'rate_limit_exceeded'],
    [400, 'ServiceQuotaExceededException', 'rate_limit_exceeded'],
    [403, 'AccessDeniedException', 'provider_auth_error'],
    [403, 'ExpiredTokenException', 'provider_auth_error'],
    [404, 'ResourceNotFoundException', 'provider_model_not_found'],
    [400, 'ValidationException', 'invalid_request'],
    [408, 'ModelTimeoutException', 'upstream_timeout'],
    [424, 'ModelErrorException', 'upstream_error'],
    [500, 'InternalServerException', 'upstream_error'],
    [503, 'ServiceUnavailableException', 'server_overloaded'],
  ])('%i %s is %s, after one request', async (status, type, kind) => {
    const { endpoint, received } = await bedrock(refuse(status, type, 'Because.'));
    const error = await errorOf({ endpoint });
    expect(error).toMatchObject({ kind, upstream: { body: { __type: type, message: 'Because.' } } });
    expect(error.message).toMatch(/^Because\./);
    expect(received).toHaveLength(1);
  });

  test('maps an exception as first frame to its failure, after one request', async () => {
    const exception = message('exception', 'serviceUnavailableException', { message: 'Come back.' });
    const { endpoint, received } = await bedrock((response) => stream(response, exception).end());
    expect(await errorOf({ endpoint })).toMatchObject({ kind: 'server_overloaded', message: 'Come back.' });
    expect(received).toHaveLength(1);
  });

  test('reports an error for every way to lose the answer', async () => {
    const answers: Record<string, (response: ServerResponse) => void> = {
      upstream_empty: (response) => stream(response).end(),
      'upstream_cut at a frame': (response) => stream(response, begin, text('a')).end(),
      'upstream_cut in a frame': (response) => stream(response, begin, end.subarray(0, 20)).end(),
      'upstream_cut of the connection': (response) =>
        void stream(response, begin, text('a')).write('', () => setTimeout(() => response.destroy(), 5)),
      'upstream_protocol_error by a checksum': (response) => stream(response, begin, end.toReversed()).end(),
      'upstream_protocol_error by JSON': (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      'upstream_protocol_error by HTML': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      upstream_redirect: (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      upstream_unreachable: (response) => response.destroy(),
    };
    for (const [name, answer] of Object.entries(answers)) {
      const { endpoint } = await bedrock(answer);
      expect(await errorOf({ endpoint }), name).toMatchObject({ kind: name.split(' ')[0] });
    }
  });

  test('closes the connection at once on abort, and throws its reason', async () => {
    const closed = Promise.withResolvers<number>();
    const { endpoint } = await bedrock((response) => {
      stream(response, begin, text('a'));
      response.on('close', () => closed.resolve(performance.now()));
    });
    const controller = new AbortController();
    let abortedAt = 0;
    let last: StreamEvent | undefined;
    for await (const event of call({ endpoint, signal: controller.signal })) {
      last = event;
      if (event.type !== 'text-delta') continue;
      abortedAt = performance.now();
      controller.abort(new Error('enough'));
    }
    expect((await closed.promise) - abortedAt).toBeLessThan(100);
    expect(last).toMatchObject({ type: 'error', error: { cause: { message: 'enough' } } });
  });

  test('aborts without waiting for a credentials lookup', async () => {
    const provider = bedrockProvider({ name: 'bedrock', region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(provider.open({ model: 'm', body, signal, onConnected: () => undefined })).rejects.toThrow('enough');
  });

  test('says what to set if the region or the credentials are missing', async () => {
    for (const name of ['AWS_REGION', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_BEARER_TOKEN_BEDROCK']) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    const signal = new AbortController().signal;
    const open = (settings: Partial<BedrockSettings>) =>
      bedrockProvider({ name: 'bedrock', ...settings }).open({ model: 'm', body, signal, onConnected: () => undefined });
    await expect(open({ credentials })).rejects.toMatchObject({
      kind: 'provider_auth_error',
      message: expect.stringContaining('AWS_REGION'),
    });
    await expect(open({ region: 'eu-west-1' })).rejects.toMatchObject({
      kind: 'provider_auth_error',
      message: expect.stringContaining('AWS_ACCESS_KEY_ID'),
    });
  });
});
