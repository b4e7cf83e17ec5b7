import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Served, serve } from '../../support/serve.ts';
import { type Visit, visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the chat', (browser) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ console: true, paceMs: 15 });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  const answer = ({ page }: Visit) => page.locator('.lane .answer').last().innerText();
  const started = ({ page }: Visit) => page.locator('.lane').last().locator('.markdown').first().waitFor();

  test('streams a growing answer, then shows its measurements', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/slow');
    await chat.ask('What is a sluice?');
    await started(chat);
    const early = await answer(chat);
    await expect.poll(() => answer(chat), { timeout: 15_000 }).not.toBe(early);
    expect((await answer(chat)).startsWith(early)).toBe(true);
    await chat.picture('streaming');
    await chat.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await chat.choose('demo/openai/chat');
    await chat.ask('And a lock?');
    await chat.answered();
    const facts = await chat.page.locator('.lane-foot .facts').last().innerText();
    expect(facts).toMatch(/demo\/openai[\s\S]*first token [\d.]+ m?s[\s\S]*tokens\/s[\s\S]*\d+ in, \d+ out/);
    await chat.leave();
  });

  test('sends the earlier turns with each request', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/echo');
    await chat.ask('One');
    await chat.answered();
    await chat.ask('Two');
    await chat.answered();
    await chat.page.getByRole('button', { name: 'Events on the wire' }).last().click();
    const sent = JSON.parse(await chat.page.getByRole('group', { name: 'Request' }).innerText());
    expect(sent.messages.map(({ role, content }: Record<string, string>) => `${role}: ${content}`)).toEqual([
      'user: One',
      'assistant: One',
      'user: Two',
    ]);
    expect(await chat.page.locator('.inspect-dialog .raw li').last().locator('code').innerText()).toBe('[DONE]');
    await chat.leave();
  });

  test('sends with Enter, breaks the line with Shift+Enter, and shows both hints', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/echo');
    await chat.page.locator('#prompt').pressSequentially('first');
    await chat.page.locator('#prompt').press('Shift+Enter');
    await chat.page.locator('#prompt').pressSequentially('second');
    await chat.page.locator('#prompt').press('Enter');
    await chat.answered();
    expect(await answer(chat)).toBe('first\nsecond');
    expect(await chat.page.locator('.composer .keys').innerText()).toBe('Enter sends, Shift+Enter breaks the line');
    await chat.leave();
  });

  test('moves from the prompt to the model to Send with the Tab key', async () => {
    const chat = await visit(browser, served.url);
    const focused = () => chat.page.evaluate(() => document.activeElement?.id || document.activeElement?.className);
    await expect.poll(focused).toBe('prompt');
    await chat.page.keyboard.press('Tab');
    expect(await focused()).toContain('model-button');
    await chat.page.keyboard.press('Tab');
    expect(await focused()).toBe('send');
    await chat.leave();
  });

  test('rejects a second message during an answer and keeps its text', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/slow');
    await chat.ask('The first question');
    await started(chat);
    await chat.ask('The second question');
    expect(await chat.page.locator('.composer-notice').innerText()).toContain('still coming');
    expect(await chat.page.locator('#prompt').inputValue()).toBe('The second question');
    expect(await chat.page.locator('.turn').count()).toBe(1);
    await chat.page.keyboard.press('Escape');
    await chat.answered();
    expect(await answer(chat)).not.toContain('second');
    await chat.leave();
  });

  test('stops an answer, keeps its text, and closes the connection', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/slow');
    await chat.ask('A question that is stopped');
    await started(chat);
    await chat.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await chat.answered();
    expect(await chat.page.locator('.lane .notice').innerText()).toBe('You stopped this answer.');
    expect(await answer(chat)).not.toBe('');
    await expect
      .poll(() => served.lines.some((line) => line.includes('"outcome":"client_closed"')), { timeout: 10_000 })
      .toBe(true);
    await chat.leave();
  });

  test('opens the settings at an invalid field, and sends once it is valid', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/echo');
    await chat.page.locator('.settings-toggle').click();
    await chat.page.locator('#set-temperature').fill('hot');
    await chat.page.locator('.settings-toggle').click();
    await chat.ask('Hello');
    expect(await chat.page.locator('.composer-notice').innerText()).toContain('number from 0 to 2');
    expect(await chat.page.locator('#error-temperature').isVisible()).toBe(true);
    expect(await chat.page.evaluate(() => document.activeElement?.id)).toBe('set-temperature');
    await chat.page.locator('#set-temperature').fill('0.5');
    await chat.page.locator('#prompt').press('Enter');
    await chat.answered();
    expect(await answer(chat)).toBe('Hello');
    await chat.leave();
  });

  test('shows an error only next to its own answer', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/cut');
    await chat.ask('This one breaks off');
    await chat.answered();
    expect(await chat.page.locator('.lane .notice.failed b').innerText()).toBe('upstream_cut');
    await chat.choose('demo/openai/echo');
    await chat.ask('This one does not');
    await chat.answered();
    expect(await chat.page.locator('.lane').last().locator('.notice').count()).toBe(0);
    expect(await chat.page.locator('.notice.failed').count()).toBe(1);
    await chat.leave();
  });

  test('edits a message, removes the later turns and sends it again', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/echo');
    for (const text of ['One', 'Two']) {
      await chat.ask(text);
      await chat.answered();
    }
    await chat.page.locator('.question').first().hover();
    await chat.page.getByRole('button', { name: 'Edit your message' }).first().click();
    const field = chat.page.getByRole('textbox', { name: 'Your message, edited' });
    await field.fill('One, edited');
    await field.press('Enter');
    await chat.answered();
    expect(await chat.page.locator('.question .said').allInnerTexts()).toEqual(['One, edited']);
    expect(await answer(chat)).toBe('One, edited');
    await chat.leave();
  });

  test('replaces an answer on Try again', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/cut');
    await chat.ask('Say something');
    await chat.answered();
    const before = await chat.page.getByRole('button', { name: 'Events on the wire' }).count();
    await chat.page.locator('.retry').click();
    await chat.answered();
    expect(await chat.page.locator('.turn').count()).toBe(1);
    expect(await chat.page.getByRole('button', { name: 'Events on the wire' }).count()).toBe(before);
    expect(served.lines.filter((line) => line.includes('demo/openai/cut')).length).toBeGreaterThanOrEqual(2);
    await chat.leave();
  });

  test('compares models side by side, each with its own history', async () => {
    const chat = await visit(browser, served.url);
    await chat.choose('demo/openai/echo', 'demo/gemini/echo', 'demo/anthropic/reasoning');
    await chat.ask('Say this in three places.');
    await chat.answered();
    const texts = await chat.page.locator('.lane .answer .markdown').allInnerTexts();
    expect(texts.slice(0, 2)).toEqual(['Say this in three places.', 'Say this in three places.']);
    expect(await chat.page.locator('.lane .reasoning').count()).toBe(1);
    await chat.picture('compare');
    await chat.ask('Again');
    await chat.answered();
    await chat.page.locator('.turn').last().locator('.lane').nth(2).getByRole('button', { name: 'Events on the wire' }).click();
    const sent = JSON.parse(await chat.page.getByRole('group', { name: 'Request' }).innerText());
    expect(sent.messages[1].content).toBe(texts[2]);
    await chat.leave();
  });
});
