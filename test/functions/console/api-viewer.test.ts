import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Served, serve } from '../../support/serve.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the API at /docs', (browser) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ console: true });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  test.each(['light', 'dark'] as const)(
    'shows every operation without a request to another server, in %s mode',
    async (colorScheme) => {
      const page = await browser.newPage({ colorScheme });
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(served.url)) complaints.push(request.url());
      });
      await page.goto(`${served.url}/docs`);
      const { paths } = (await (await fetch(`${served.url}/openapi.json`)).json()) as { paths: Record<string, object> };
      const methods = ['get', 'post', 'put', 'delete', 'patch'];
      const operations = Object.values(paths).flatMap((path) => Object.keys(path).filter((name) => methods.includes(name)));
      await expect.poll(() => page.locator('.opblock').count(), { timeout: 20_000 }).toBe(operations.length);
      expect(await page.locator('html.dark-mode').count()).toBe(colorScheme === 'dark' ? 1 : 0);
      await page.screenshot({ path: `test-output/console/docs-${colorScheme}.png` });
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test('is linked from the console', async () => {
    const page = await browser.newPage();
    await page.goto(served.url);
    expect(await page.getByRole('link', { name: 'API', exact: true }).getAttribute('href')).toBe('/docs');
    await page.close();
  });
});
