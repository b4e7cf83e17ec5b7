import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { misbehaviours } from '../../../functions/console/browser/misbehaviours.ts';
import { openBrowser } from '../../support/browser.ts';
import { type Served, serve } from '../../support/serve.ts';
import { hostileTexts } from './hostile-texts.ts';

const opened = await openBrowser();
if (typeof opened === 'string') process.stdout.write(`skipped: the console in a browser, since ${opened}\n`);

/** Kept, to be looked at. */
const pictures = 'test-output/console';

describe.skipIf(typeof opened === 'string')('the console, in a browser', { timeout: 120_000 }, () => {
  const browser = opened as Browser;
  let served: Served;
  let page: Page;
  /** What went wrong on the page: errors, breaches of its policy, requests to anywhere else. */
  let complaints: string[];

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    served = await serve({ console: true, paceMs: 20, config: { timeouts: { idle: '2s' } } });
  });

  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  /** A new tab with the page in it. */
  async function visit(options: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
    complaints = [];
    page = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A refused request is news to the browser's console; the page shows it.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(served.url) && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    await page.goto(served.url);
    await page.locator('#misbehaviours button').first().waitFor();
  }

  const state = (panel = 0) => page.locator('.panel').nth(panel).locator('.state dd').textContent();
  const ended = (panel = 0) =>
    page.waitForFunction(
      (index) => !/^(–|waiting|streaming)$/.test(document.querySelectorAll('.panel .state dd')[index]?.textContent ?? '–'),
      panel,
      { timeout: 60_000 },
    );
  const answer = (panel = 0) => page.locator('.panel').nth(panel).locator('.answer').innerText();
  const fact = (name: string) =>
    page
      .locator('.facts div', { has: page.locator('dt', { hasText: name }) })
      .locator('dd')
      .first()
      .textContent();

  async function abort(): Promise<void> {
    const heard = complaints;
    await page.close();
    expect(heard).toEqual([]);
  }

  test('streams an answer: text that grows, its measures, the events as they came', async () => {
    await visit();
    await page.locator('#model-1').fill('demo/openai/slow');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForFunction(() => (document.querySelector('.answer')?.textContent?.length ?? 0) > 0, undefined, {
      timeout: 30_000,
    });
    const early = await answer();
    expect(await state()).toBe('streaming');
    const box = await page.locator('.answer').boundingBox();
    await page.screenshot({ path: join(pictures, 'streaming.png') });
    await page.waitForFunction(
      (length) => (document.querySelector('.answer')?.textContent?.length ?? 0) > length + 20,
      early.length,
    );
    expect((await answer()).startsWith(early)).toBe(true);
    await page.locator('#model-1').fill('demo/openai/fast');
    await page.getByRole('button', { name: 'Send' }).click();
    await ended();
    expect(await state()).toBe('finished: stop');
    expect(await fact('First token')).toMatch(/^\d+ ms$/);
    expect(await fact('Usage')).toMatch(/^\d+ in, \d+ out$/);
    expect(await fact('Provider')).toBe('demo/openai · fast');
    expect(await page.locator('.raw li').last().locator('code').textContent()).toBe('[DONE]');
    expect(await page.locator('.answer').boundingBox()).toEqual(box);
    await page.screenshot({ path: join(pictures, 'finished.png') });
    await abort();
  });

  test('stop means stop: the connection is closed, what has come stays', async () => {
    await visit();
    await page.locator('#model-1').fill('demo/openai/slow');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForFunction(() => (document.querySelector('.answer')?.textContent?.length ?? 0) > 0, undefined, {
      timeout: 30_000,
    });
    await page.getByRole('button', { name: 'Stop' }).click();
    await ended();
    expect(await state()).toBe('stopped');
    const kept = await answer();
    expect(kept).not.toBe('');
    await expect
      .poll(() => served.lines.some((line) => line.includes('"outcome":"client_closed"')), { timeout: 10_000 })
      .toBe(true);
    expect(await answer()).toBe(kept);
    expect(await page.getByRole('button', { name: 'Stop' }).isDisabled()).toBe(true);
    await abort();
  });

  test('shows reasoning and calls of tools as blocks of their own, in every dialect that has them', async () => {
    await visit();
    await page.locator('summary').click();
    for (const dialect of ['chat', 'responses', 'messages', 'converse']) {
      await page.locator('#dialect').selectOption(dialect);
      await page.locator('#with-tool').check();
      await page.locator('#model-1').fill('demo/anthropic/tools');
      await page.getByRole('button', { name: 'Send' }).click();
      await ended();
      expect(await page.locator('.block.tool h3').textContent()).toBe('Calls get_weather');
      expect(JSON.parse((await page.locator('.block.tool .said').textContent()) ?? '')).toHaveProperty('city');
      expect(await state()).toBe('finished: tool-call');
    }
    await page.locator('#with-tool').uncheck();
    await page.locator('#dialect').selectOption('messages');
    await page.locator('#model-1').fill('demo/anthropic/reasoning');
    await page.getByRole('button', { name: 'Send' }).click();
    await ended();
    expect(await page.locator('.block.reasoning .said').textContent()).not.toBe('');
    expect(await page.locator('.block.text').textContent()).not.toBe('');
    await page.screenshot({ path: join(pictures, 'reasoning.png') });
    await abort();
  });

  test('asks two models side by side the same', async () => {
    await visit();
    await page.locator('#compare').check();
    await page.locator('#prompt').fill('Say this in two places.');
    await page.locator('#model-1').fill('demo/openai/echo');
    await page.locator('#model-2').fill('demo/gemini/echo');
    await page.getByRole('button', { name: 'Send' }).click();
    await Promise.all([ended(0), ended(1)]);
    expect([await answer(0), await answer(1)]).toEqual(['Say this in two places.', 'Say this in two places.']);
    await page.screenshot({ path: join(pictures, 'two.png') });
    await abort();
  });

  /** What a person must be told of each. */
  const told: Record<string, RegExp> = {
    'cut@8': /^upstream_cut$/,
    'eof@8': /^upstream_(cut|missing_finish)$/,
    'stall@8': /^upstream_stalled$/,
    'error@8': /^(upstream_error|server_overloaded)$/,
    'garbage@8': /^upstream_protocol_error$/,
    'status-429@2': /^rate_limit_exceeded$/,
    'status-503': /^server_overloaded$/,
    html: /^upstream_(protocol_error|empty)$/,
    reasoning: /^finished: stop$/,
  };

  test('each misbehaviour is one click, and is told as what it is', async () => {
    await visit();
    await page.locator('#prompt').fill('Say enough words for something to go wrong in the middle of them.');
    for (const { label, model } of misbehaviours.filter(({ model }) => model !== 'slow')) {
      await page.getByRole('button', { name: label, exact: true }).click();
      await ended();
      expect(`${model} ${await state()}`).toMatch(new RegExp(`^${model} ${told[model]?.source.slice(1)}`));
      if (!told[model]?.source.includes('finished')) expect(await page.locator('.status.failed').textContent()).not.toBe('');
    }
    await page.getByRole('button', { name: 'cut', exact: true }).click();
    await ended();
    await page.screenshot({ path: join(pictures, 'cut.png') });
    await abort();
  });

  test(`${hostileTexts.length} hostile texts make no element, whoever says them`, async () => {
    await visit();
    await page.locator('#model-1').fill('demo/openai/echo');
    await page.locator('#max-tokens').evaluate((input: HTMLInputElement) => {
      input.value = '2000';
    });
    for (const text of hostileTexts) {
      await page.locator('#prompt').fill(text);
      await page.locator('#prompt').press('Control+Enter');
      await ended();
      expect(await page.locator('.block.text').textContent()).toBe(text);
      expect(await page.locator('.answer .block *').count()).toBe(0);
    }
    // In an error's text, a model's name and a tool's arguments.
    for (const text of hostileTexts.slice(0, 10)) {
      await page.locator('#model-1').fill(text.replaceAll('\n', ' '));
      await page.locator('#prompt').press('Control+Enter');
      await ended();
      expect(await page.locator('.status *').count()).toBe(0);
    }
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('iframe, object, embed, svg, img, form:not(#ask), style').count()).toBe(0);
    expect(await page.evaluate(() => (globalThis as { pwned?: unknown }).pwned)).toBeUndefined();
    await abort();
  });

  test('is worked by keyboard alone, and every control has a name', async () => {
    await visit();
    const unnamed = await page.evaluate(() =>
      [...document.querySelectorAll('input, select, textarea, button')]
        .filter((control) => {
          const labelled = control as HTMLInputElement;
          return !(labelled.labels?.length || control.textContent?.trim() || control.getAttribute('aria-label'));
        })
        .map(({ id }) => id),
    );
    expect(unnamed).toEqual([]);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('prompt');
    await page.locator('#model-1').fill('demo/openai/slow');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => (document.querySelector('.answer')?.textContent?.length ?? 0) > 0, undefined, {
      timeout: 30_000,
    });
    await page.keyboard.press('Escape');
    await ended();
    expect(await state()).toBe('stopped');
    expect(await page.getByRole('status').last().textContent()).toBe('Stopped by you.');
    await abort();
  });

  test('copy as: a program in a dialog, which Escape closes', async () => {
    await visit();
    await page.getByRole('button', { name: 'OpenAI SDK' }).click();
    expect(await page.locator('#code-text').textContent()).toContain(`baseURL: '${served.url}/v1'`);
    await page.screenshot({ path: join(pictures, 'copy-as.png') });
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').isVisible()).toBe(false);
    await abort();
  });

  test('fits a phone, in the dark', async () => {
    await visit({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    await page.locator('#compare').check();
    await page.getByRole('button', { name: 'Send' }).click();
    await Promise.all([ended(0), ended(1)]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.screenshot({ path: join(pictures, 'phone-dark.png'), fullPage: true });
    await abort();
  });

  test('keeps the key in the tab alone', async () => {
    const locked = await serve({ console: true, keys: ['a-key-of-one-tab'] });
    try {
      await visit();
      await page.goto(locked.url);
      await expect.poll(() => page.locator('#notice').textContent()).toContain('API key');
      await page.locator('#key').fill('a-key-of-one-tab');
      await page.locator('#key').press('Tab');
      await expect.poll(() => page.locator('#notice').textContent()).toBe('');
      const places = await page.evaluate(() => ({
        session: { ...sessionStorage },
        local: { ...localStorage },
        cookie: document.cookie,
        url: location.href,
      }));
      expect(places).toEqual({ session: { 'sluice-key': 'a-key-of-one-tab' }, local: {}, cookie: '', url: `${locked.url}/` });
      await page.close();
    } finally {
      await locked.close();
    }
  });
});
