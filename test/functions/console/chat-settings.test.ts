import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DialectName } from '../../../lib/client/index.ts';
import { type Served, serve } from '../../support/serve.ts';
import { type Visit, visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

/** A picture of one red pixel. */
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

const withMessages: readonly DialectName[] = ['chat', 'responses', 'messages', 'converse'];

describeInBrowser('the settings of the chat', (browser) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ console: true });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  const answer = ({ page }: Visit) => page.locator('.lane .answer').last().innerText();

  async function visitWithSettings(dialect: DialectName): Promise<Visit> {
    const chat = await visit(browser, served.url);
    await chat.page.locator('.settings-toggle').click();
    await chat.page.locator('#dialect').selectOption(dialect);
    return chat;
  }

  /** Drops or pastes a picture, as a browser would. */
  async function give(chat: Visit, how: 'drop' | 'paste'): Promise<void> {
    await chat.page.evaluate(
      ([kind, data]) => {
        const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], 'pixel.png', { type: 'image/png' }));
        const target = document.querySelector('#prompt');
        target?.dispatchEvent(
          kind === 'drop'
            ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
            : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }),
        );
      },
      [how, onePixel] as const,
    );
    await chat.page.locator('.composer .thumbnail').waitFor();
  }

  for (const dialect of withMessages) {
    test(`sends a tool and the typed result, through ${dialect}`, async () => {
      const chat = await visitWithSettings(dialect);
      await chat.page.locator('#with-tools').check();
      await chat.choose('demo/anthropic/tools');
      await chat.ask('What is the weather in Paris?');
      await chat.answered();
      expect(await chat.page.locator('.tool-call b').innerText()).toBe('get_weather');
      expect(JSON.parse(await chat.page.locator('.tool-call pre').innerText())).toHaveProperty('city');
      if (dialect === 'chat') await chat.picture('tools');
      await chat.page.getByLabel('Result of get_weather').first().fill('Sunny, 21 degrees');
      await chat.page.getByRole('button', { name: 'Send result' }).click();
      await expect.poll(() => answer(chat), { timeout: 20_000 }).toContain('“Sunny, 21 degrees”');
      await chat.leave();
    });

    test(`sends a JSON schema with all other settings, through ${dialect}`, async () => {
      const chat = await visitWithSettings(dialect);
      await chat.page.locator('#with-schema').check();
      await chat.page.locator('#set-system').fill('Be brief.');
      await chat.page.locator('#set-temperature').fill('0.2');
      await chat.page.locator('#set-max-tokens').fill('2000');
      await chat.page.locator('#set-effort').selectOption('low');
      await chat.choose('demo/openai/fast');
      await chat.ask('Describe a person named Ada.');
      await chat.answered();
      expect(await chat.page.locator('.notice').allInnerTexts()).toEqual([]);
      const json = await chat.page.locator('.answer .code-block code').innerText();
      expect(JSON.parse(json)).toMatchObject({ name: expect.any(String), age: expect.any(Number) });
      await chat.leave();
    });

    test(`sends a picture that is ${dialect === 'chat' ? 'pasted' : 'dropped'}, through ${dialect}`, async () => {
      const chat = await visitWithSettings(dialect);
      await chat.choose('demo/openai/chat');
      await give(chat, dialect === 'chat' ? 'paste' : 'drop');
      await chat.ask('What is this?');
      await chat.answered();
      expect(await answer(chat)).toContain('You attached one file.');
      expect(await chat.page.locator('.question img').getAttribute('alt')).toBe('pixel.png');
      await chat.leave();
    });
  }

  for (const dialect of ['completions', 'complete'] as const) {
    test(`sends a transcript and refuses pictures, through ${dialect}`, async () => {
      const chat = await visitWithSettings(dialect);
      expect(await chat.page.locator('#set-system').isDisabled()).toBe(true);
      await chat.choose('demo/openai/echo');
      await chat.ask('Hello');
      await chat.answered();
      expect(await answer(chat)).toContain('Hello');
      await give(chat, 'paste');
      await chat.ask('And this?');
      expect(await chat.page.locator('.composer-notice').innerText()).toContain('carries no pictures');
      await chat.leave();
    });
  }

  test('shows the error in invalid tools while the user types', async () => {
    const chat = await visitWithSettings('chat');
    await chat.page.locator('#with-tools').check();
    for (const [text, problem] of [
      ['[', 'not JSON'],
      ['{}', 'a list of tools'],
      ['[{"description": "x"}]', 'Tool 1 needs a "name"'],
      ['[{"name": "x", "parameters": 3}]', 'must be a JSON schema'],
    ] as const) {
      await chat.page.locator('#set-tools').fill(text);
      expect(await chat.page.locator('#error-tools').innerText()).toContain(problem);
    }
    await chat.page
      .locator('#set-tools')
      .fill('[{"type":"function","function":{"name":"from_openai","parameters":{"type":"object"}}}]');
    expect(await chat.page.locator('#error-tools').innerText()).toBe('');
    await chat.leave();
  });
});
