import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statusReporter } from '../../../functions/console/api/status.ts';
import { checkConfig } from '../../../lib/config/load-config.ts';
import { type Served, serve } from '../../support/serve.ts';
import { visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

describe('the status of a development server', () => {
  test('reports reachable providers, their keys, and the variables that enable others', async () => {
    const fetched: string[] = [];
    const server = createServer(({ method = '', headers }, response) => {
      fetched.push(`${method} ${headers.authorization ?? 'no key'}`);
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    const { port } = await new Promise<AddressInfo>((resolve) => {
      server.on('listening', () => resolve(server.address() as AddressInfo));
    });
    const config = checkConfig(
      {
        providers: {
          openai: { baseUrl: `http://127.0.0.1:${port}/v1` },
          gone: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', key: { env: 'GONE_KEY' } },
        },
      },
      'test',
    );
    const environment = { OPENAI_API_KEY: 'sk-a-key-that-is-not-shown' };
    const report = await statusReporter({
      config,
      environment,
      file: 'test',
      providers: ['openai', 'gone', 'demo/openai'],
      clientKeys: 2,
    })();
    server.close();
    expect(report.providers).toMatchObject([
      { name: 'openai', reachable: true, key: { name: 'OPENAI_API_KEY', isSet: true } },
      { name: 'gone', reachable: false, problem: expect.any(String), key: { name: 'GONE_KEY', isSet: false } },
      { name: 'demo/openai', reachable: true },
    ]);
    expect(report.available).toContainEqual({ name: 'anthropic', variable: 'ANTHROPIC_API_KEY' });
    expect(report.available.map(({ name }) => name)).not.toContain('openai');
    expect(JSON.stringify(report)).not.toContain('sk-a-key');
    expect(fetched).toEqual(['HEAD no key']);
  });
});

describeInBrowser('the status view', (browser) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ console: true });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  test('shows base URLs to copy, the providers, and the variables of others', async () => {
    const status = await visit(browser, served.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await status.goTo('status');
    await status.page.getByRole('button', { name: 'Copy for OpenAI clients' }).click();
    expect(await status.page.evaluate(() => navigator.clipboard.readText())).toBe(`${served.url}/v1`);
    await expect.poll(() => status.page.locator('.provider-row').allInnerTexts()).toHaveLength(4);
    expect(await status.page.locator('.available').innerText()).toContain('OPENAI_API_KEY');
    await status.picture('status');
    await status.leave();
  });
});
