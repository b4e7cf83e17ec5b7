import { afterAll, expect, test } from 'vitest';
import { serve } from '../../support/serve.ts';
import { visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('a page from another machine over plain HTTP', (browser) => {
  afterAll(() => browser.close());

  test('works without the APIs of secure pages', async () => {
    const served = await serve({ console: true });
    const chat = await visit(browser, served.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await chat.page.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      Object.defineProperty(crypto, 'randomUUID', { value: undefined });
    });
    await chat.page.reload();
    await chat.page.locator('#copy-as').click();
    await chat.page.locator('.dialog-head').getByRole('button', { name: 'Copy', exact: true }).click();
    await chat.page.locator('.dialog-head').getByRole('button', { name: 'Copied' }).waitFor();
    await chat.page.keyboard.press('Escape');
    await chat.page.locator('#prompt').press('ControlOrMeta+v');
    expect(await chat.page.locator('#prompt').inputValue()).toContain('client.chat.completions.create');
    await chat.leave();
    await served.close();
  });
});
