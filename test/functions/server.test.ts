import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { type EmulatedSecretsManager, startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';

const key = 'client-key-of-the-server-tests';
let emulator: Emulator;
let secrets: EmulatedSecretsManager;
let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 10 });
  secrets = await startSecretsManager({ secrets: { 'sluice/openai': 'provider-key' } });
  folder = mkdtempSync(join(tmpdir(), 'sluice-server-'));
  const configFile = join(folder, 'config.json');
  const providers = { openai: { baseUrl: emulator.openaiUrl } };
  writeFileSync(configFile, JSON.stringify({ providers, keys: [{ id: 'app', sha256: keyDigest(key) }] }));
  await bundle({ entry: 'functions/server.ts', configFile, folder: join(folder, 'server') });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await secrets.close();
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  ask(model: string, signal?: AbortSignal): Promise<Response>;
}

async function start(environment: Record<string, string>): Promise<Started> {
  const child = spawn(process.execPath, [join(folder, 'server', 'index.mjs')], {
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.push(child);
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
  });
  await Promise.race([expect.poll(() => output, { timeout: 15_000 }).toMatch(/listening on \S+\n/), once(child, 'exit')]);
  const url = /listening on (\S+)/.exec(output)?.[1] ?? '';
  if (url === '') throw new Error(output);
  return {
    url,
    child,
    ask: (model, signal) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello there' }] }),
        ...(signal && { signal }),
      }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

describe('the server for containers and Lambda Web Functions', () => {
  test('listens on Lambda’s port, serves every function, and requires a key', async () => {
    const endpoint = `127.0.0.1:${await freePort()}`;
    const { url, ask } = await start({ AWS_LAMBDA_HTTP_ENDPOINT: endpoint, PORT: '1', HOST: '203.0.113.1' });
    expect(url).toBe(`http://${endpoint}`);
    expect(await (await ask('openai/fast')).text()).toContain('[DONE]');
    expect((await fetch(`${url}/v1/messages`, { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    expect((await fetch(url)).status).toBe(200);
  });

  test('has no embedded providers', async () => {
    const { ask } = await start({ HOST: '127.0.0.1', PORT: '0' });
    expect((await ask('demo/openai/chat')).status).toBe(404);
  });

  test('notices a client disconnect, and closes the request to the provider', async () => {
    const { ask } = await start({ HOST: '127.0.0.1', PORT: '0' });
    const abort = new AbortController();
    const answer = await ask('openai/slow', abort.signal);
    await answer.body?.getReader().read();
    abort.abort();
    await expect.poll(() => emulator.log.at(-1)?.closedByClient).toBe(true);
  });

  test.skipIf(process.platform === 'win32')('lets running streams end on shutdown', async () => {
    const { ask, child, url } = await start({ HOST: '127.0.0.1', PORT: '0' });
    const answer = await ask('openai/chat');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await answer.text()).toContain('[DONE]');
    expect(await ended).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('names an invalid variable', async () => {
    await expect(start({ AWS_LAMBDA_HTTP_ENDPOINT: 'nowhere' })).rejects.toThrow('AWS_LAMBDA_HTTP_ENDPOINT: expected a host');
    await expect(start({ PORT: 'x' })).rejects.toThrow('PORT: expected a port');
  });
});
