import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFunctions } from '../../functions/all.ts';
import { anthropicApp } from '../../functions/anthropic/app.ts';
import { bedrockApp } from '../../functions/bedrock/app.ts';
import { consoleApp } from '../../functions/console/app.ts';
import { consoleFiles } from '../../functions/console/development-files.ts';
import { openaiApp } from '../../functions/openai/app.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';
import type { Fetch } from '../../lib/http/node-server.ts';
import { type NodeServer, serveNode } from '../../lib/http/node-server.ts';

const secret = 'what-only-the-distribution-knows';
const key = 'client-key-behind-a-distribution';
const lines: string[] = [];

const sluice = deployedSluice({
  config: {
    providers: { bedrock: { region: 'us-east-1' } },
    models: { fast: 'bedrock/amazon.nova-lite-v1:0' },
    keys: [{ id: 'app', sha256: keyDigest(key) }],
    cors: ['https://app.example'],
  },
  environment: { SLUICE_ORIGIN_SECRET: secret },
  log: (line) => lines.push(line),
});
const apps: Record<string, Fetch> = {
  openai: openaiApp(sluice).fetch,
  anthropic: anthropicApp(sluice).fetch,
  bedrock: bedrockApp(sluice).fetch,
};

const functionHost = 'abc.lambda-url.us-east-1.on.aws';
const ask = (name: string, path: string, headers: Record<string, string>, init: RequestInit = {}) =>
  apps[name]?.(new Request(`https://${functionHost}${path}`, { ...init, headers: { host: functionHost, ...headers } }));

const bearer = { authorization: `Bearer ${key}` };

describe('a function behind a distribution', () => {
  test('accepts requests that came through it', async () => {
    const answer = await ask('openai', '/v1/models', { ...bearer, 'x-sluice-origin': secret });
    expect(answer?.status).toBe(200);
  });

  test.each(['openai', 'anthropic', 'bedrock'])('rejects all others, whatever the path and the key: %s', async (name) => {
    for (const path of ['/', '/v1/models', '/v1/nothing', '/model/fast/converse']) {
      for (const guess of [undefined, '', 'guess', `${secret}, ${secret}`]) {
        const headers = guess === undefined ? bearer : { ...bearer, 'x-sluice-origin': guess };
        for (const method of ['GET', 'POST', 'OPTIONS']) {
          const answer = await ask(name, path, { ...headers, origin: 'https://app.example' }, { method });
          expect([path, method, answer?.status]).toEqual([path, method, 403]);
          expect(answer?.headers.get('access-control-allow-origin')).toBeNull();
        }
      }
    }
  });

  test('rejects in the client’s dialect, and never writes the secret', async () => {
    const answer = await ask('anthropic', '/v1/messages', bearer, { method: 'POST', body: '{}' });
    expect(await answer?.json()).toMatchObject({ type: 'error', error: { type: 'permission_error' } });
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ outcome: 'origin_not_allowed', status: 403 });
    expect(lines.join()).not.toContain(secret);
  });

  test('verifies a signature with the host that the client used', async () => {
    const client = new AwsClient({ accessKeyId: key, secretAccessKey: key, service: 'bedrock', region: 'us-east-1' });
    const body = JSON.stringify({ messages: [] });
    const signed = await client.sign('https://d111.cloudfront.net/model/unknown/converse', { method: 'POST', body });
    const sent = { ...Object.fromEntries(signed.headers), 'x-sluice-origin': secret };
    const through = await ask(
      'bedrock',
      '/model/unknown/converse',
      { ...sent, 'x-sluice-host': 'd111.cloudfront.net' },
      { method: 'POST', body },
    );
    // Let in: what is wrong is the question.
    expect(through?.status).toBeGreaterThanOrEqual(400);
    expect(through?.headers.get('x-amzn-errortype')).not.toMatch(/AccessDenied|Unrecognized|Signature/);
    const elsewhere = await ask(
      'bedrock',
      '/model/unknown/converse',
      { ...sent, 'x-sluice-host': 'd222.cloudfront.net' },
      { method: 'POST', body },
    );
    expect(elsewhere?.status).toBe(403);
  });
});

describe('all functions behind a distribution', () => {
  const all = allFunctions(sluice, consoleApp({ sluice, load: consoleFiles }));
  const status = async (path: string, headers: Record<string, string>) =>
    (await all(new Request(`https://${functionHost}${path}`, { headers }))).status;

  test.each([
    ['the page', '/', { accept: 'text/html' }],
    ['its files', '/console/functions/console/styles/base.css', {}],
    ['their description', '/openapi.json', {}],
  ])('require the origin secret on public paths too: %s', async (_, path, headers) => {
    expect(await status(path, headers)).toBe(403);
    expect(await status(path, { ...headers, 'x-sluice-origin': 'guess' })).toBe(403);
    expect(await status(path, { ...headers, 'x-sluice-origin': secret })).toBe(200);
  });
});

describe('a server behind a distribution', () => {
  let server: NodeServer;
  beforeAll(async () => {
    server = await serveNode(apps.openai as Fetch, { port: 0, hostname: '127.0.0.1' });
  });
  afterAll(() => server.close(0));

  test('decides the same', async () => {
    const headers = { ...bearer, 'x-sluice-host': 'd111.cloudfront.net' };
    expect((await fetch(`${server.url}/v1/models`, { headers })).status).toBe(403);
    expect((await fetch(`${server.url}/v1/models`, { headers: { ...headers, 'x-sluice-origin': secret } })).status).toBe(200);
  });
});

test('rejects an empty secret at startup, since it would match a missing one', () => {
  const deploy = () =>
    deployedSluice({
      config: { keys: [{ id: 'app', sha256: keyDigest(key) }] },
      environment: { SLUICE_ORIGIN_SECRET: '' },
      log: () => {},
    });
  expect(deploy).toThrow('environment: SLUICE_ORIGIN_SECRET: expected');
});
