import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultGroups } from '../../../functions/console/browser/lab/faults.ts';
import { memoryLog } from '../../../lib/streams/memory-log.ts';
import { type Served, serve } from '../../support/serve.ts';
import { type Visit, visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

/** The state that the lab must show for each fault. */
const outcomes: Readonly<Record<string, RegExp>> = {
  'cut@8': /^upstream_cut$/,
  'eof@8': /^upstream_(cut|missing_finish)$/,
  'error@8': /^(upstream_error|server_overloaded)$/,
  'garbage@8': /^upstream_protocol_error$/,
  'stall@8': /^upstream_stalled$/,
  'status-429@2': /^rate_limit_exceeded$/,
  'status-503': /^server_overloaded$/,
  'status-401': /^provider_auth_error$/,
  html: /^upstream_(protocol_error|empty)$/,
  empty: /^upstream_empty$/,
  silent: /^upstream_timeout$/,
  slow: /^finished: (stop|length)$/,
  reasoning: /^finished: stop$/,
  'no-done': /^finished: stop$/,
  huge: /^finished: stop$/,
};

describeInBrowser('the stream lab', (browser) => {
  let served: Served;
  beforeAll(async () => {
    const config = { timeouts: { idle: '4s', firstContent: '4s' } } as const;
    served = await serve({ console: true, paceMs: 10, heartbeatMs: 1000, commitAfterMs: 1000, config });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  const fact = ({ page }: Visit, name: string) => page.locator(`.fact-${name} dd`).innerText();
  const start = ({ page }: Visit, model: string) => page.locator(`.fault[data-model="${model}"]`).click();
  const ended = async ({ page }: Visit) => {
    await page.waitForFunction(
      () => !/^(–|waiting|streaming)$/.test(document.querySelector('.fact-state dd')?.textContent ?? '–'),
      undefined,
      { timeout: 40_000 },
    );
  };

  async function visitLab(options = {}): Promise<Visit> {
    const lab = await visit(browser, served.url, options);
    await lab.goTo('lab');
    return lab;
  }

  for (const { title, faults } of faultGroups) {
    test(`shows the outcome of each fault: ${title}`, async () => {
      const lab = await visitLab();
      for (const { model, does } of faults.filter(({ model }) => model !== 'slow')) {
        await start(lab, model);
        expect(await lab.page.locator('.explanation').innerText()).toContain(does);
        await ended(lab);
        expect(`${model}: ${await fact(lab, 'state')}`).toMatch(new RegExp(`^${model}: ${outcomes[model]?.source.slice(1)}`));
        const status = lab.page.locator('.status');
        const failed = !outcomes[model]?.source.includes('finished');
        expect(await status.getAttribute('class')).toBe(`status ${failed ? 'failed' : 'finished'}`);
        expect(await status.innerText()).not.toBe('');
      }
      await lab.leave();
    });
  }

  test('shows heartbeats and counts the silence while a provider stalls', async () => {
    const lab = await visitLab();
    await start(lab, 'stall@8');
    await expect.poll(() => lab.page.locator('.silence').innerText(), { timeout: 10_000 }).toMatch(/^Silent for [2-4] s/);
    await lab.page.locator('.raw .heartbeat').first().waitFor();
    await lab.picture('stall');
    await ended(lab);
    expect(await lab.page.locator('.silence').innerText()).toBe('');
    await lab.leave();
  });

  test('shows the delta first in each event, in every dialect', async () => {
    const lab = await visitLab();
    for (const dialect of ['chat', 'responses', 'messages', 'converse', 'completions', 'complete']) {
      await lab.page.locator('#lab-dialect').selectOption(dialect);
      await lab.choose('demo/openai/echo');
      await lab.page.locator('#lab-prompt').fill('abcdef ghijkl');
      await lab.page.locator('#lab-prompt').press('Enter');
      await ended(lab);
      const deltas = await lab.page.locator('.raw li.text .delta').allInnerTexts();
      expect(`${dialect}: ${deltas.join('').replaceAll('·', ' ')}`).toContain('abcdef ghijkl');
      expect(await lab.page.locator('.raw li.finish').count()).toBeGreaterThan(0);
    }
    await lab.leave();
  });

  test('drops the connection and shows what the server logged', async () => {
    const lab = await visitLab();
    await start(lab, 'slow');
    await lab.page.locator('.plain-answer .text').waitFor();
    await lab.page.getByRole('button', { name: 'Drop connection' }).click();
    await ended(lab);
    expect(await fact(lab, 'state')).toBe('dropped');
    await expect.poll(() => lab.page.locator('.server-record').innerText(), { timeout: 10_000 }).toContain('client_closed');
    await lab.leave();
  });

  test('continues a durable stream whose connection is dropped, in every dialect', { timeout: 120_000 }, async () => {
    const durable = await serve({ console: true, paceMs: 40, streamLog: memoryLog() });
    const lab = await visit(browser, durable.url);
    await lab.goTo('lab');
    await lab.choose('demo/openai/chat');
    for (const dialect of ['chat', 'responses', 'messages', 'converse', 'completions', 'complete']) {
      const calls = durable.emulator.log.length;
      await lab.page.locator('#lab-dialect').selectOption(dialect);
      await lab.page.getByRole('button', { name: 'Send', exact: true }).click();
      await lab.page.locator('.plain-answer .text').waitFor();
      await lab.page.getByRole('button', { name: 'Drop connection' }).click();
      await lab.page.locator('.raw .mark').waitFor();
      const early = await lab.page.locator('.plain-answer').innerText();
      await ended(lab);
      expect(`${dialect} ${await fact(lab, 'state')}`).toBe(`${dialect} finished: stop`);
      const whole = await lab.page.locator('.plain-answer').innerText();
      expect(whole.startsWith(early) && whole.length > early.length).toBe(true);
      const deltas = await lab.page.locator('.raw li.text .delta').allInnerTexts();
      expect(deltas.join('').replaceAll('·', ' ')).toBe(whole);
      expect(await lab.page.locator('.raw .mark').count()).toBe(1);
      expect(durable.emulator.log.length - calls).toBe(1);
    }
    await lab.picture('resumed');
    await lab.leave();
    await durable.close();
  });

  test('cancels a durable stream with Stop', async () => {
    const durable = await serve({ console: true, streamLog: memoryLog() });
    const lab = await visit(browser, durable.url);
    await lab.goTo('lab');
    await start(lab, 'slow');
    await lab.page.locator('.plain-answer .text').waitFor();
    await lab.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await ended(lab);
    await expect.poll(() => durable.emulator.log.at(-1)?.closedByClient, { timeout: 10_000 }).toBe(true);
    await lab.leave();
    await durable.close();
  });

  test('starts no second run while one is running', async () => {
    const lab = await visitLab();
    await start(lab, 'slow');
    await lab.page.locator('.plain-answer .text').waitFor();
    expect(await lab.page.locator('.fault[data-model="reasoning"]').isDisabled()).toBe(true);
    await lab.page.locator('#lab-prompt').press('Enter');
    expect(await lab.page.locator('.plain-answer .block').count()).toBe(1);
    await lab.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await ended(lab);
    expect(await fact(lab, 'state')).toBe('stopped');
    await lab.leave();
  });

  test('clears the error text before the next answer', async () => {
    const lab = await visitLab();
    await start(lab, 'cut@8');
    await ended(lab);
    expect(await lab.page.locator('.status.failed').innerText()).toContain('closed the connection');
    await start(lab, 'slow');
    await lab.page.locator('.plain-answer .text').waitFor();
    expect(await lab.page.locator('.status').innerText()).toBe('');
    await lab.page.keyboard.press('Escape');
    await ended(lab);
    await lab.leave();
  });

  test('brings the stream into view on a phone', async () => {
    const lab = await visitLab({ viewport: { width: 390, height: 844 }, hasTouch: true });
    await start(lab, 'reasoning');
    await ended(lab);
    await expect
      .poll(() => lab.page.locator('.fact-state').evaluate((place) => place.getBoundingClientRect().top), { timeout: 5_000 })
      .toBeLessThan(400);
    expect(await lab.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await lab.picture('phone-lab');
    await lab.leave();
  });
});
