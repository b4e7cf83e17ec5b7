import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { npm } from '../../tools/pack/npm.ts';
import { openBrowser } from '../support/browser.ts';
import { isFull } from '../support/extent.ts';
import { type Served, serve } from '../support/serve.ts';
import { run, type Started, start } from './started.ts';

let served: Served;
beforeAll(async () => {
  served = await serve({ paceMs: 5 });
});
afterAll(() => served.close());

describe('the route of the Next.js example', () => {
  async function ask(model: string): Promise<string> {
    // The route reads the address when it loads.
    Object.assign(process.env, { SLUICE_URL: served.url, SLUICE_MODEL: model });
    const { POST } = await import('../../examples/nextjs/app/api/chat/route.ts');
    const messages = [{ id: '1', role: 'user', parts: [{ type: 'text', text: 'Hello' }] }];
    const request = new Request('http://localhost/api/chat', { method: 'POST', body: JSON.stringify({ messages }) });
    return (await POST(request)).text();
  }

  test('has the versions of the AI SDK that this repository tests', () => {
    const { dependencies } = JSON.parse(readFileSync('examples/nextjs/package.json', 'utf8'));
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const name of ['ai', '@ai-sdk/openai-compatible']) expect(dependencies[name]).toBe(devDependencies[name]);
  });

  test('streams the messages of the AI SDK', async () => {
    expect(await ask('demo/openai/chat')).toMatch(/"type":"text-delta".*"type":"finish"/s);
  });

  test('ends a stream that breaks off with an error', async () => {
    const stream = await ask('demo/openai/cut@5');
    expect(stream).toContain('"type":"text-delta"');
    expect(stream).toMatch(/"type":"error","errorText":"The provider closed/);
  });
});

/** Installs the example once per version of its packages. Returns the reason if that is impossible. */
async function installed(folder: string): Promise<string | undefined> {
  mkdirSync(folder, { recursive: true });
  const cached = join(folder, 'package.json');
  const isCurrent = existsSync(cached) && readFileSync(cached, 'utf8') === readFileSync('examples/nextjs/package.json', 'utf8');
  rmSync(join(folder, '.next'), { recursive: true, force: true });
  cpSync('examples/nextjs', folder, { recursive: true });
  if (isCurrent && existsSync(join(folder, 'node_modules/next'))) return undefined;
  const [command, args] = npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0']);
  const { status, complained } = await run(command, args, {}, folder);
  if (status === 0) return undefined;
  rmSync(cached);
  return `npm could not install its packages: ${complained.trim().split('\n', 1)[0]}`;
}

/** Outside the repository, because Next.js compiles nothing inside node_modules. */
const folder = join(tmpdir(), 'sluice-nextjs-example');
const browser = isFull ? await openBrowser() : 'npm test has no room for its packages, and npm run test:full has';
const missing = typeof browser === 'string' ? browser : await installed(folder);
if (missing !== undefined) process.stdout.write(`skipped: the Next.js example in a browser, since ${missing}\n`);

describe.skipIf(missing !== undefined)('the Next.js example', { timeout: 240_000 }, () => {
  let app: Started;
  const next = join(folder, 'node_modules/next/dist/bin/next');
  const environment = () => ({ SLUICE_URL: served.url, SLUICE_MODEL: 'demo/openai/chat', NEXT_TELEMETRY_DISABLED: '1' });
  beforeAll(async () => {
    const { status, printed, complained } = await run(process.execPath, [next, 'build'], environment(), folder);
    expect(status, printed + complained).toBe(0);
    app = await start(process.execPath, [next, 'start', '--port', '0'], environment(), folder);
  }, 240_000);
  afterAll(async () => {
    await app?.stop();
    await (browser as Browser).close();
  });

  test('streams an answer to its page', async () => {
    const page = await (browser as Browser).newPage();
    await page.goto(app.url);
    await page.getByLabel('Message').fill('Hello');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator('main').innerText(), { timeout: 30_000 })
      .toMatch(/Assistant: You said “Hello”.*real one\./);
  });
});
