import { afterAll, expect, test } from 'vitest';
import { serve } from '../../support/serve.ts';
import { visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the key of the console', (browser) => {
  afterAll(() => browser.close());

  test('has a field only on a server with keys, with a fitting hint', async () => {
    const open = await serve({ console: true });
    const locked = await serve({ console: true, keys: ['a-key-of-one-tab'] });
    try {
      const without = await visit(browser, open.url);
      expect(await without.page.locator('#key').isVisible()).toBe(false);
      await without.leave();

      const page = await (await browser.newContext()).newPage();
      await page.goto(locked.url);
      expect(await page.locator('#key').getAttribute('placeholder')).toBe('paste a client key of this server');
      await expect.poll(() => page.locator('#notice').innerText()).toContain('API key');
      await page.locator('#key').fill('a-key-of-one-tab');
      await page.locator('#key').press('Enter');
      await expect.poll(() => page.locator('#notice').innerText()).toBe('');
      await expect.poll(() => page.locator('.model-button .current').innerText()).toBe('demo/openai/chat');
    } finally {
      await open.close();
      await locked.close();
    }
  });

  test('is stored only in its tab', async () => {
    const locked = await serve({ console: true, keys: ['a-key-of-one-tab'] });
    try {
      const page = await (await browser.newContext()).newPage();
      await page.goto(locked.url);
      await page.locator('#key').fill('a-key-of-one-tab');
      await page.locator('#key').press('Tab');
      await expect.poll(() => page.locator('.model-button .current').innerText()).toBe('demo/openai/chat');
      await page.locator('#prompt').fill('Hello');
      await page.locator('#prompt').press('Enter');
      await expect.poll(() => page.locator('.history-item').count()).toBe(1);
      const places = await page.evaluate(async () => {
        const databases = await indexedDB.databases();
        const stored = await Promise.all(
          databases.map(
            ({ name = '' }) =>
              new Promise<string>((resolve) => {
                indexedDB.open(name).onsuccess = ({ target }) => {
                  const { result } = target as IDBOpenDBRequest;
                  const [store = ''] = result.objectStoreNames;
                  result.transaction(store).objectStore(store).getAll().onsuccess = (event) =>
                    resolve(JSON.stringify((event.target as IDBRequest).result));
                };
              }),
          ),
        );
        return {
          session: { ...sessionStorage },
          local: { ...localStorage },
          cookie: document.cookie,
          stored: stored.join(),
          url: location.href,
        };
      });
      expect(places).toMatchObject({
        session: { 'sluice-key': 'a-key-of-one-tab' },
        local: {},
        cookie: '',
        url: `${locked.url}/`,
      });
      expect(places.stored).toContain('Hello');
      expect(places.stored).not.toContain('a-key-of-one-tab');
    } finally {
      await locked.close();
    }
  });
});
