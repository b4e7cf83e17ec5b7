import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Served, serve } from '../../support/serve.ts';
import { visit } from './console-page.ts';
import { hostileTexts } from './hostile-texts.ts';
import { describeInBrowser } from './in-browser.ts';

/** The elements of markdown. */
const harmless =
  'a, p, br, em, strong, del, code, pre, ul, ol, li, blockquote, hr, h1, h2, h3, h4, h5, h6, table, thead, tbody, tr, th, td';

describeInBrowser('hostile text from a model', (browser) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ console: true });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  test(`creates no element in the stream lab: ${hostileTexts.length} texts`, async () => {
    const lab = await visit(browser, served.url);
    await lab.goTo('lab');
    await lab.choose('demo/openai/echo');
    for (const text of hostileTexts) {
      await lab.page.locator('#lab-prompt').fill(text);
      await lab.page.locator('#lab-prompt').press('Enter');
      await expect.poll(() => lab.page.locator('.plain-answer').textContent(), { timeout: 10_000 }).toBe(text);
      await lab.page.locator('.status.finished').waitFor();
      expect(await lab.page.locator('.plain-answer .block *').count()).toBe(0);
    }
    await lab.leave();
  });

  test('creates only harmless elements in the chat', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/echo');
    await chat.ask(hostileTexts.join('\n\n'));
    await chat.answered();
    const answer = chat.page.locator('.lane .answer .markdown');
    expect(await answer.locator(`*:not(${harmless}, .md-block, .md-table)`).count()).toBe(0);
    expect(await answer.innerText()).toContain('<script>globalThis.pwned=1</script>');
    const links = await answer.locator('a[href]').evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).protocol));
    expect(links.filter((protocol) => !['https:', 'http:', 'mailto:'].includes(protocol))).toEqual([]);
    expect(await chat.page.evaluate(() => (globalThis as { pwned?: unknown }).pwned)).toBeUndefined();
    expect(await chat.page.locator('script').count()).toBe(1);
    expect(await chat.page.locator('iframe, object, embed, style, base, link[href*="evil"]').count()).toBe(0);
    await chat.leave();
  });

  test('creates no element through names, errors or titles', async () => {
    const chat = await visit(browser, served.url);
    for (const text of hostileTexts.slice(0, 6)) {
      const model = text.replaceAll('\n', ' ');
      await chat.page.locator('.model-button').click();
      await chat.page.getByRole('combobox', { name: 'Search models' }).fill(model);
      await chat.page.getByRole('combobox', { name: 'Search models' }).press('Enter');
      await chat.ask(model);
      await chat.answered();
      expect(await chat.page.locator('.lane .notice.failed').last().innerText()).toContain('model_not_found');
    }
    expect(await chat.page.locator('script').count()).toBe(1);
    expect(await chat.page.locator('iframe, object, embed, style, img').count()).toBe(0);
    expect(await chat.page.evaluate(() => (globalThis as { pwned?: unknown }).pwned)).toBeUndefined();
    await chat.leave();
  });

  test('renders as markdown, with highlighted code and a copy button', async () => {
    const chat = await visit(browser, served.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await chat.choose('demo/openai/echo');
    const code = 'def read(lines):\n    return [line for line in lines]';
    await chat.ask(
      `# A title\n\nSome **bold** text.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\`\`\`python\n${code}\n\`\`\``,
    );
    await chat.answered();
    const answer = chat.page.locator('.lane .answer');
    expect(await answer.locator('h4').innerText()).toBe('A title');
    expect(await answer.locator('td').allInnerTexts()).toEqual(['1', '2']);
    expect(await answer.locator('.code-block .token-kwd').allInnerTexts()).toEqual(['def', 'return', 'for', 'in']);
    await answer.locator('.code-block').getByRole('button', { name: 'Copy' }).click();
    expect(await chat.page.evaluate(() => navigator.clipboard.readText())).toBe(code);
    await chat.picture('markdown');
    await chat.leave();
  });
});
