import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { clientKey, type Deployed, deploy } from './deployed.ts';

const opened = await openBrowser();
if (typeof opened === 'string') process.stdout.write(`skipped: the deployed console in a browser, since ${opened}\n`);

let deployed: Deployed;
beforeAll(async () => {
  deployed = await deploy();
});
afterAll(async () => {
  if (typeof opened !== 'string') await opened.close();
  await deployed.close();
});

describe('the deployed console', () => {
  test('serves a page to browsers, and the usual API to programs', async () => {
    const { url } = await deployed.start('console');
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('/console/main.js');
    expect(await (await fetch(url)).json()).toEqual({ name: 'sluice', status: 'ok' });
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    expect((await fetch(`${url}/console/../package.json`)).status).toBe(404);
  });

  test.skipIf(typeof opened === 'string')('sends a request with a key from a browser', { timeout: 60_000 }, async () => {
    const { url } = await deployed.start('console');
    const page = await (opened as Browser).newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await page.locator('#key').fill(clientKey);
    await page.locator('#key').press('Tab');
    await expect.poll(() => page.locator('#notice').textContent(), { timeout: 20_000 }).toBe('');
    await page.locator('.model-button').click();
    await page.getByRole('combobox', { name: 'Search models' }).fill('openai/echo');
    await page.getByRole('combobox', { name: 'Search models' }).press('Enter');
    await page.locator('#prompt').fill('Said **through** a function URL');
    await page.locator('#prompt').press('Enter');
    await expect.poll(() => page.locator('.lane .answer').innerText(), { timeout: 20_000 }).toBe('Said through a function URL');
    await page.locator('nav a[data-view="traffic"]').click();
    await expect.poll(() => page.locator('.traffic-view .empty').innerText()).toContain('CloudWatch');
    await page.locator('nav a[data-view="status"]').click();
    await expect.poll(() => page.locator('.status-view').innerText()).toContain('npm run doctor');
    expect(complaints).toEqual([]);
  });
});
