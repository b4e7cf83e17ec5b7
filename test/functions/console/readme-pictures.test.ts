import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Served, serve } from '../../support/serve.ts';
import { pictureFolder, type Visit, visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

/** Where the pictures of the README go: into docs/images with `UPDATE_PICTURES=1`, else beside those of the other tests. */
const folder = process.env.UPDATE_PICTURES ? 'docs/images' : join(pictureFolder, 'readme');
const maxBytes = 300_000;

const desktop = { viewport: { width: 1360, height: 860 } };

describeInBrowser('the pictures of the README', (browser) => {
  let served: Served;
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    const models = {
      'support-chat': { targets: ['demo/anthropic/status-503', 'demo/bedrock/chat'] },
      drafts: 'demo/openai/chat',
    };
    const prices = {
      version: '2026-11-01',
      usdPerMillion: { 'demo/bedrock/chat': { input: 3, output: 15 }, 'demo/openai/chat': { input: 0.15, output: 0.6 } },
    };
    served = await serve({ console: true, paceMs: 12, config: { models, prices } });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  async function picture({ page }: Visit, name: string): Promise<void> {
    const path = join(folder, `console-${name}.png`);
    await page.screenshot({ path });
    expect(statSync(path).size).toBeLessThan(maxBytes);
  }

  test('a cut stream in the stream lab', async () => {
    const lab = await visit(browser, served.url, desktop);
    await lab.goTo('lab');
    await lab.page.locator('.fault[data-model="cut@8"]').click();
    await lab.page.locator('.server-record .bar').first().waitFor();
    expect(await lab.page.locator('.fact-state dd').innerText()).toBe('upstream_cut');
    await picture(lab, 'cut-stream');
    await lab.leave();
  });

  test('a comparing chat in dark mode', async () => {
    const chat = await visit(browser, served.url, { ...desktop, colorScheme: 'dark' });
    await chat.choose('drafts', 'demo/anthropic/reasoning', 'demo/gemini/cut@30');
    await chat.ask('What is a sluice, and why would a stream need one?');
    await chat.answered();
    await picture(chat, 'dark');
    await chat.leave();
  });

  test('a chat on a phone', async () => {
    const chat = await visit(browser, served.url, {
      viewport: { width: 390, height: 780 },
      deviceScaleFactor: 2,
      hasTouch: true,
    });
    await chat.choose('demo/openai/echo');
    await chat.ask('Some *markdown*:\n\n1. one\n2. two\n\n```js\nfor await (const event of stream) {\n  show(event);\n}\n```');
    await chat.answered();
    await picture(chat, 'phone');
    await chat.leave();
  });

  test('the traffic', async () => {
    const agents = ['OpenAI/Python 2.8.0', 'claude-cli/2.1.0', 'ai-sdk/7.0', 'curl/8.9', 'langchain-core/1.4'];
    const models = [
      'support-chat',
      'drafts',
      'demo/openai/cut@6',
      'demo/gemini/reasoning',
      'demo/bedrock/status-429',
      'gpt-4o-minni',
      'drafts',
    ];
    for (const [index, model] of models.entries()) {
      const body = {
        model,
        stream: true,
        stream_options: { include_usage: true },
        messages: [{ role: 'user', content: 'Hello there' }],
      };
      await (await served.post('/v1/chat/completions', body, { 'user-agent': agents[index % agents.length] ?? '' })).text();
    }
    const traffic = await visit(browser, served.url, desktop);
    await traffic.goTo('traffic');
    await expect.poll(() => traffic.page.locator('tbody tr').count()).toBeGreaterThanOrEqual(models.length);
    await picture(traffic, 'traffic');
    await traffic.page.locator('tbody tr', { hasText: 'support-chat' }).first().click();
    await picture(traffic, 'request');
    await traffic.leave();
  });
});
