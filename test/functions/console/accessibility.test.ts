import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Served, serve } from '../../support/serve.ts';
import { type Visit, visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

/** What axe finds on the page as it is now: each finding with the elements at fault. */
async function findings(page: Page): Promise<string[]> {
  // Colors in the middle of a transition don't count.
  await page.waitForTimeout(200);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run(document));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

const markdown = 'A **table** and `code`:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nconst x = "a string"; // a comment\n```';

describeInBrowser('axe finds nothing', (browser) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ console: true });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  // Colours depend on the scheme, structure on the width.
  const places = [
    { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
    { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
  ] as const;
  for (const where of places) {
    const { colorScheme, viewport } = where;
    const name = `${colorScheme}, ${viewport.width} px`;

    test(`in the chat: ${name}`, async () => {
      const chat = await visit(browser, served.url, where);
      expect(await findings(chat.page)).toEqual([]);
      await chat.choose('demo/openai/echo', 'demo/anthropic/reasoning', 'demo/bedrock/cut');
      await chat.ask(markdown);
      await chat.answered();
      expect(await findings(chat.page)).toEqual([]);
      await chat.page.locator('.settings-toggle').click();
      await chat.page.locator('#with-tools').check();
      await chat.page.locator('#set-temperature').fill('hot');
      expect(await findings(chat.page)).toEqual([]);
      await chat.page.locator('.settings-toggle').click();
      await chat.page.locator('.model-button').click();
      expect(await findings(chat.page)).toEqual([]);
      await chat.leave();
    });

    test(`in a call of a tool: ${name}`, async () => {
      const chat = await visit(browser, served.url, where);
      await chat.page.locator('.settings-toggle').click();
      await chat.page.locator('#with-tools').check();
      await chat.page.locator('.settings-toggle').click();
      await chat.choose('demo/openai/tools');
      await chat.ask('The weather in Paris?');
      await chat.answered();
      expect(await findings(chat.page)).toEqual([]);
      await chat.leave();
    });

    test(`in the dialogs: ${name}`, async () => {
      const chat = await visit(browser, served.url, where);
      await chat.ask('Hello');
      await chat.answered();
      const open: readonly ((visited: Visit) => Promise<void>)[] = [
        ({ page }) => page.locator('#copy-as').click(),
        ({ page }) => page.locator('#export').click(),
        ({ page }) => page.getByRole('button', { name: 'Events on the wire' }).click(),
      ];
      for (const [index, press] of open.entries()) {
        await press(chat);
        expect(await findings(chat.page)).toEqual([]);
        if (index === 0) await chat.picture(`copy-as-${colorScheme}-${viewport.width}`);
        await chat.page.keyboard.press('Escape');
      }
      await chat.leave();
    });

    test(`in the other views: ${name}`, async () => {
      const view = await visit(browser, served.url, where);
      await view.goTo('lab');
      await view.page.locator('.fault[data-model="cut@8"]').click();
      await view.page.locator('.status.failed').waitFor();
      expect(await findings(view.page)).toEqual([]);
      await view.goTo('traffic');
      await view.page.locator('tbody tr').first().waitFor();
      expect(await findings(view.page)).toEqual([]);
      await view.page.locator('tbody .open-request').first().click();
      await view.page.locator('.request-dialog summary').click();
      expect(await findings(view.page)).toEqual([]);
      await view.page.keyboard.press('Escape');
      await view.goTo('status');
      await view.page.locator('.provider-row').first().waitFor();
      expect(await findings(view.page)).toEqual([]);
      expect(await view.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
      await view.leave();
    });
  }
});
