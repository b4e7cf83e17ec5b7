import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packClient } from '../../tools/pack/pack-client.ts';
import { openBrowser } from '../support/browser.ts';
import { type Served, serve } from '../support/serve.ts';
import { run, type Started, start } from './started.ts';

const opened = await openBrowser();
if (typeof opened === 'string') process.stdout.write(`skipped: the chat page in a browser, since ${opened}\n`);
const vite = resolve('node_modules/vite/bin/vite.js');

describe('the chat page', { timeout: 60_000 }, () => {
  let served: Served;
  let folder: string;
  const pages: Started[] = [];
  beforeAll(async () => {
    served = await serve({ paceMs: 5 });
    // Inside node_modules, where Vite is found and version control looks away.
    mkdirSync('node_modules/.cache', { recursive: true });
    folder = mkdtempSync(resolve('node_modules/.cache/chat-page-'));
    cpSync('examples/chat-page', folder, { recursive: true });
    await packClient(join(folder, 'dist'));
    cpSync(join(folder, 'dist/package'), join(folder, 'node_modules/sluice'), { recursive: true });
  }, 120_000);
  afterAll(async () => {
    for (const page of pages) await page.stop();
    if (typeof opened !== 'string') await opened.close();
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function visit(browser: Browser, model: string): Promise<Page> {
    const environment = { VITE_SLUICE_URL: served.url, VITE_SLUICE_MODEL: model };
    const started = await start(process.execPath, [vite, '--port', '0', '--host', 'localhost'], environment, folder);
    pages.push(started);
    const page = await browser.newPage({ viewport: { width: 390, height: 780 } });
    await page.goto(started.url);
    return page;
  }

  const send = async (page: Page, text: string) => {
    await page.getByLabel('Message').fill(text);
    await page.keyboard.press('Enter');
  };

  test('builds', async () => {
    const { status, complained } = await run(process.execPath, [vite, 'build'], {}, folder);
    expect({ status, complained }).toEqual({ status: 0, complained: '' });
  });

  describe.skipIf(typeof opened === 'string')('in a browser', () => {
    const browser = opened as Browser;

    test('streams answers from another port, with the turns before', async () => {
      const page = await visit(browser, 'demo/openai/chat');
      await send(page, 'Hello');
      await expect.poll(() => page.locator('.assistant').last().innerText()).toMatch(/“Hello”.*real one\.$/);
      await send(page, 'And again');
      await expect.poll(() => page.locator('.assistant').last().innerText()).toMatch(/“And again”.*real one\.$/);
      expect(await page.locator('.error').count()).toBe(0);
    });

    test('stops on request', async () => {
      const page = await visit(browser, 'demo/openai/slow');
      await send(page, 'Hello');
      await page.locator('.assistant').filter({ hasText: 'You' }).waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });
      expect(await page.locator('.assistant').innerText()).not.toContain('real one');
      expect(await page.locator('.error').count()).toBe(0);
    });

    test('shows an error after an answer that breaks off', async () => {
      const page = await visit(browser, 'demo/openai/cut@5');
      await send(page, 'Hello');
      await page.getByRole('alert').waitFor();
      expect(await page.locator('.assistant').innerText()).toMatch(/^You said/);
    });
  });
});
