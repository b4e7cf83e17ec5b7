import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelInfos } from '../../../functions/console/api/model-infos.ts';
import { costOf } from '../../../functions/console/browser/models/cost.ts';
import { keyDigest } from '../../../lib/access/keys.ts';
import defaultPrices from '../../../lib/app/default-prices.ts';
import { createSluice } from '../../../lib/app/sluice.ts';
import { checkConfig } from '../../../lib/config/load-config.ts';
import { type Served, serve } from '../../support/serve.ts';
import { visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

describe('the cost of an answer', () => {
  const models = [
    { name: 'drafts', provider: 'Aliases', targets: ['openai/gpt', 'b/c'], usdPerMillion: { input: 1, output: 10 } },
  ];
  const answer = { model: 'drafts', served: { provider: 'openai', model: 'gpt' }, usage: { input: 1000, output: 100 } };

  test('uses the prices of the first target', () => {
    expect(costOf(models, answer)).toBeCloseTo(0.002);
  });

  test('is unknown without prices, without counts, for cached tokens and for another target', () => {
    expect(costOf([], answer)).toBeUndefined();
    expect(costOf(models, { ...answer, usage: { input: 1000 } })).toBeUndefined();
    expect(costOf(models, { ...answer, usage: { ...answer.usage, cacheRead: 5 } })).toBeUndefined();
    expect(costOf(models, { ...answer, served: { provider: 'b', model: 'c' } })).toBeUndefined();
    const tiered = [
      { name: 'drafts', provider: 'x', targets: ['openai/gpt'], usdPerMillion: { input: 1, output: 10, maxInput: 999 } },
    ];
    expect(costOf(tiered, answer)).toBeUndefined();
  });
});

describe('the models endpoint of the console', () => {
  test("lists the key's models with targets and prices", async () => {
    const models = { drafts: { targets: ['demo/openai/chat', 'demo/gemini/chat'] }, other: 'demo/openai/fast' };
    const prices = { version: 'test', usdPerMillion: { 'demo/openai/chat': { input: 0.15, output: 0.6 } } };
    const narrow = { id: 'narrow', sha256: keyDigest('a-key-for-one-model'), models: ['drafts'] };
    const served = await serve({ console: true, keys: [narrow], config: { models, prices } });
    try {
      const list = (key: string) => fetch(`${served.url}/console/api/models`, { headers: { authorization: `Bearer ${key}` } });
      expect((await list('another-key')).status).toBe(401);
      expect(await (await list('a-key-for-one-model')).json()).toEqual({
        models: [
          {
            name: 'drafts',
            provider: 'Aliases',
            targets: ['demo/openai/chat', 'demo/gemini/chat'],
            usdPerMillion: { input: 0.15, output: 0.6 },
          },
        ],
      });
    } finally {
      await served.close();
    }
  });
});

test('a model of a known provider has the list price and its context', () => {
  const openai = { name: 'openai', apiFor: () => Promise.reject(new Error('not called')) };
  const config = checkConfig({}, 'test');
  const sluice = createSluice({
    config,
    file: 'test',
    providers: new Map([['openai', openai]]),
    demo: ['openai/gpt-4o-mini'],
    defaultPrices,
    keys: undefined,
    log: () => {},
  });
  const [model] = modelInfos(sluice, { id: 'all', sha256: '', models: ['*'] });
  expect(model).toMatchObject({ name: 'openai/gpt-4o-mini', provider: 'openai', contextTokens: 128_000 });
  expect(model?.usdPerMillion?.input).toBeGreaterThan(0);
});

describeInBrowser('the model picker', (browser) => {
  let served: Served;
  beforeAll(async () => {
    const models = { drafts: 'demo/openai/echo' };
    const prices = { version: 'test', usdPerMillion: { 'demo/openai/echo': { input: 1, output: 2 } } };
    served = await serve({ console: true, config: { models, prices } });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  test('works by keyboard, shows targets and prices, and adds the cost to an answer', async () => {
    const chat = await visit(browser, served.url);
    await chat.page.locator('.model-button').press('Enter');
    await chat.page.keyboard.type('drafts');
    const option = chat.page.locator('.option').first();
    expect(await option.innerText()).toMatch(/drafts[\s\S]*→ demo\/openai\/echo[\s\S]*\$1 in · \$2 out/);
    await chat.picture('picker');
    await chat.page.keyboard.press('Enter');
    expect(await chat.page.evaluate(() => document.activeElement?.className)).toContain('model-button');
    await chat.ask('Hello');
    await chat.answered();
    expect(await chat.page.locator('.lane-foot .facts').innerText()).toMatch(/\$0\.0000\d+/);
    await chat.leave();
  });

  test('moves with the arrow keys and closes with Escape', async () => {
    const chat = await visit(browser, served.url);
    await chat.page.locator('.model-button').click();
    const active = () => chat.page.locator('.option.active .name').innerText();
    expect(await active()).toBe('drafts');
    await chat.page.keyboard.press('ArrowDown');
    expect(await active()).toBe('demo/openai/chat');
    await chat.page.keyboard.press('Escape');
    expect(await chat.page.locator('.picker-popup').isVisible()).toBe(false);
    expect(await chat.page.locator('.model-button .current').innerText()).toBe('drafts');
    await chat.leave();
  });

  test('accepts an unlisted name and compares at most four', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/cut@7');
    expect(await chat.page.locator('.model-button .current').innerText()).toBe('demo/openai/cut@7');
    await chat.choose('drafts', 'demo/openai/chat', 'demo/openai/fast', 'demo/gemini/echo', 'demo/gemini/chat');
    expect(await chat.page.locator('.model-button .current').innerText()).toBe('drafts and 3 more');
    await chat.leave();
  });
});
