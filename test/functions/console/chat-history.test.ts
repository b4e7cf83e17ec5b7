import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Served, serve } from '../../support/serve.ts';
import { type Visit, visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the history of the chat', (browser) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ console: true });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  const titles = ({ page }: Visit) => page.locator('.history-item .open').allInnerTexts();

  async function said(chat: Visit, text: string): Promise<void> {
    await chat.ask(text);
    await chat.answered();
    await expect.poll(() => titles(chat)).toContain(text);
  }

  test('survives a reload and continues an old chat', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/echo');
    await said(chat, 'The first chat');
    await chat.page.locator('#new-chat').click();
    await said(chat, 'The second chat');
    await chat.page.reload();
    await expect.poll(() => titles(chat)).toEqual(['The second chat', 'The first chat']);
    await chat.page.locator('.history-item .open').last().click();
    expect(await chat.page.locator('.lane .answer').innerText()).toBe('The first chat');
    expect(await chat.page.locator('.model-button .current').innerText()).toBe('demo/openai/echo');
    await chat.ask('More of the first');
    await chat.answered();
    expect(await chat.page.locator('.turn').count()).toBe(2);
    await chat.leave();
  });

  test('deletes a chat permanently', async () => {
    const chat = await visit(browser, served.url);
    await said(chat, 'A chat to delete');
    await chat.page.locator('.history-item').hover();
    await chat.page.getByRole('button', { name: 'Delete A chat to delete' }).click();
    await expect.poll(() => titles(chat)).toEqual([]);
    await chat.page.reload();
    expect(await chat.page.locator('.history .hint').innerText()).toContain('stay in this browser');
    await chat.leave();
  });

  test('deletes a chat whose answer is still coming', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/slow');
    await chat.ask('Stop and forget');
    await chat.page.locator('.lane .markdown').first().waitFor();
    await expect.poll(() => titles(chat)).toContain('Stop and forget');
    await chat.page.locator('.history-item').hover();
    await chat.page.getByRole('button', { name: 'Delete Stop and forget' }).click();
    await expect.poll(() => served.lines.filter((line) => line.includes('client_closed')).length, { timeout: 10_000 }).toBe(1);
    await chat.page.waitForTimeout(300);
    expect(await titles(chat)).toEqual([]);
    await chat.leave();
  });

  test('exports a chat as Markdown and as JSON', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/echo');
    await said(chat, 'Words to keep');
    for (const [label, holds] of [
      ['Markdown', '# Words to keep\n\n## You\n\nWords to keep\n\n## demo/openai/echo\n\nWords to keep\n'],
      ['JSON', '"title": "Words to keep"'],
    ] as const) {
      await chat.page.locator('#export').click();
      const [file] = await Promise.all([
        chat.page.waitForEvent('download'),
        chat.page.getByRole('button', { name: label }).click(),
      ]);
      expect(file.suggestedFilename()).toMatch(/^words-to-keep\.(md|json)$/);
      expect(readFileSync(await file.path(), 'utf8')).toContain(holds);
    }
    await chat.leave();
  });
});
