import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Where the tests leave what they saw, to be looked at. */
export const pictureFolder = 'test-output/console';

/** The console in a browser of its own: nothing is kept from another visit. */
export interface Visit {
  readonly page: Page;
  /** Opens the console at one of its views. */
  goTo(view: 'chat' | 'lab' | 'traffic' | 'status'): Promise<void>;
  /** Chooses these models, by their exact names. */
  choose(...models: string[]): Promise<void>;
  /** Writes a prompt and sends it with Enter. */
  ask(prompt: string): Promise<void>;
  /** Resolves when no answer runs any more. */
  answered(): Promise<void>;
  picture(name: string, options?: { fullPage?: boolean }): Promise<void>;
  /** Closes the page, which must have had no error, no breach of its policy and no request to anywhere else. */
  leave(): Promise<void>;
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  mkdirSync(pictureFolder, { recursive: true });
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused request is news to the browser's console; the page shows it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(url)) complaints.push(request.url());
  });
  const goTo: Visit['goTo'] = async (view) => {
    await page.goto(`${url}/#${view}`);
    await page.locator(`body[data-view="${view}"] .view-title`).waitFor();
  };
  await goTo('chat');
  await page.waitForFunction(() => document.querySelector('.model-button .current')?.textContent !== 'Choose a model');
  return {
    page,
    goTo,
    async choose(...models) {
      await page.locator('.model-button').click();
      const search = page.getByRole('combobox', { name: 'Search models' });
      const compare = page.locator('.compare input');
      if (await compare.count()) await compare.setChecked(false);
      for (const [index, model] of models.entries()) {
        if (index === 1) {
          await page.locator('.model-button').click();
          await compare.check();
        }
        await search.fill(model);
        await page.locator('.option .name').getByText(model, { exact: true }).click();
      }
      if (models.length > 1) await page.keyboard.press('Escape');
    },
    async ask(prompt) {
      await page.locator('#prompt').fill(prompt);
      await page.locator('#prompt').press('Enter');
    },
    async answered() {
      await page.locator('#send').waitFor({ state: 'visible', timeout: 30_000 });
    },
    async picture(name, more = {}) {
      await page.screenshot({ path: join(pictureFolder, `${name}.png`), ...more });
    },
    async leave() {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}
