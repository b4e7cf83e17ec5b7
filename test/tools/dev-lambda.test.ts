import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startEmulator } from '../../lib/emulator/start.ts';

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

test.skipIf(process.platform === 'win32')(
  'npm run dev:lambda serves each function like Lambda, until it is stopped',
  async () => {
    const child = spawn(process.execPath, ['tools/dev-lambda.ts'], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.push(child);
    let output = '';
    let logged = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      logged += piece;
    });
    await expect.poll(() => output, { timeout: 15_000, interval: 50 }).toContain('Press Ctrl-C to stop');
    const [, openai] = /OpenAI clients +base URL (\S+)/.exec(output) ?? [];
    const [, anthropic] = /Anthropic clients +base URL (\S+)/.exec(output) ?? [];
    const [, key = ''] = /^ {2}API key +(\S+)/m.exec(output) ?? [];

    const ask = (url: string, model: string) =>
      fetch(url, {
        method: 'POST',
        headers: { 'x-api-key': key },
        body: JSON.stringify({ model, stream: true, max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] }),
      });
    expect(await (await ask(`${openai}/chat/completions`, 'demo/gemini/fast')).text()).toContain('data: [DONE]');
    expect(await (await ask(`${anthropic}/v1/messages`, 'demo/bedrock/fast')).text()).toContain('event: message_stop');
    await expect.poll(() => logged).toMatch(/"alias":"demo\/bedrock\/fast"[\s\S]*platform\.report/);

    const pids = [...logged.matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid));
    expect(pids.length).toBeGreaterThan(1);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
  },
);

test.skipIf(process.platform === 'win32')('npm run dev:lambda takes a configuration in JSON, which needs a table', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-dev-lambda-'));
  const file = join(folder, 'config.json');
  const table = { store: 'dynamodb' };
  const provider = await startEmulator();
  const providers = { lab: { kind: 'openai', baseUrl: provider.openaiUrl, key: { env: 'LAB_KEY' } } };
  const models = { mine: 'lab/echo' };
  writeFileSync(file, JSON.stringify({ providers, models, keys: table, limits: table, streams: table }));
  const child = spawn(process.execPath, ['tools/dev-lambda.ts'], {
    env: { ...process.env, PORT: '0', SLUICE_CONFIG: file, LAB_KEY: 'key-of-the-lab' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  started.push(child);
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
  });
  await expect.poll(() => output, { timeout: 15_000, interval: 50 }).toContain('Press Ctrl-C to stop');
  const [, openai] = /OpenAI clients +base URL (\S+)/.exec(output) ?? [];
  const [, key = ''] = /^ {2}API key +(\S+)/m.exec(output) ?? [];
  const answer = await fetch(`${openai}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'mine', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  expect(answer.status).toBe(200);
  expect(JSON.stringify(await answer.json())).toContain('Hello');
  expect(provider.log.at(-1)?.headers.authorization).toBe('Bearer key-of-the-lab');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  await provider.close();
  rmSync(folder, { recursive: true });
});
