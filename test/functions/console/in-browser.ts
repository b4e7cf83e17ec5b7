import type { Browser } from 'playwright-core';
import { describe } from 'vitest';
import { openBrowser } from '../../support/browser.ts';

const opened = await openBrowser();
if (typeof opened === 'string') process.stdout.write(`skipped: the console in a browser, since ${opened}\n`);

/** Tests that need a real browser; skipped, with a printed reason, on a machine that has none. */
export function describeInBrowser(name: string, tests: (browser: Browser) => void): void {
  describe.skipIf(typeof opened === 'string')(name, { timeout: 60_000 }, () => tests(opened as Browser));
}
