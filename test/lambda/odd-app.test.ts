import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { type EmulatedLambda, startLambda } from '../../lib/emulator/lambda/start.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-odd-'));
const configFile = join(folder, 'config.json');
const lines: string[] = [];
const log = (line: string) => lines.push(line);
let lambda: EmulatedLambda;

beforeAll(async () => {
  writeFileSync(configFile, '{}');
  const built = await bundle({ entry: 'test/lambda/odd-handler.ts', configFile, folder: join(folder, 'odd') });
  lambda = await startLambda({ folder: built.folder, timeoutMs: 3000, log });
  await fetch(`${lambda.url}/fine`);
});
afterAll(async () => {
  await lambda.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string) => fetch(lambda.url + path);

/** After all earlier requests, the environment is still the first one. */
async function expectWarm(): Promise<void> {
  const pid = await (await get('/fine')).text();
  expect(lambda.environments.map((environment) => String(environment.pid))).toEqual([pid]);
  expect(lines.join()).not.toContain('"status":"crash"');
}

describe('an app under the real runtime client', () => {
  test('can set cookies and a status', async () => {
    const { status, headers } = await get('/cookies');
    expect(status).toBe(201);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2; Path=/']);
  });

  test('can return nothing, and its prelude still arrives', async () => {
    const empty = await get('/empty');
    expect([empty.status, await empty.text()]).toEqual([200, '\n']);
    const none = await get('/none');
    expect([none.status, await none.text()]).toEqual([200, '\n']);
    const redirect = await fetch(`${lambda.url}/moved`, { redirect: 'manual' });
    expect([redirect.status, await redirect.text()]).toEqual([302, '\n']);
    const head = await fetch(`${lambda.url}/fine`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test.each([
    ['text', 'text/plain', Buffer.from('grüße')],
    ['bytes', 'application/octet-stream', Buffer.from([0, 255, 128, 10])],
  ])('receives %s and returns it unchanged', async (_, type, body) => {
    const answer = await fetch(`${lambda.url}/echo`, { method: 'POST', headers: { 'content-type': type, 'x-name': 'é' }, body });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(body);
    expect(answer.headers.get('content-type')).toBe(type);
  });

  test('can leave an unhandled rejection, which only adds a log line', async () => {
    expect(await (await get('/rejects')).text()).toBe('went on');
    expect(lines.join()).toContain('nobody waits for this');
    await expectWarm();
  });

  test('with a failing body cuts its client off, and keeps the environment', async () => {
    const answer = await get('/breaks');
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
    await expectWarm();
  });

  test('that never responds is abandoned before the timeout, and the environment stays', async () => {
    expect((await get('/hangs')).status).toBe(502);
    await expectWarm();
  });

  test('that stops inside its body is abandoned before the timeout, and the environment stays', async () => {
    await expect((await get('/goes-silent')).text()).rejects.toThrow();
    await expectWarm();
  });

  test('finishes its background work before its answer ends, because it is frozen then', async () => {
    expect(await (await get('/late')).text()).toBe('said');
    expect(lines.join()).toContain('the late work is done');
  });
});

test('a function with an invalid configuration logs why, and rejects every request', async () => {
  writeFileSync(configFile, '{"providers":{"lab":{}}}');
  const built = await bundle({ entry: 'functions/openai/handler.ts', configFile, folder: join(folder, 'wrong') });
  const wrong = await startLambda({ folder: built.folder, log });
  expect((await fetch(wrong.url)).status).toBe(502);
  expect(lines.join()).toContain('providers.lab');
  await wrong.close();
});
