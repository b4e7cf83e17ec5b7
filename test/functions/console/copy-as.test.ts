import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyAs } from '../../../functions/console/browser/copy-as.ts';
import type { Wanted } from '../../../functions/console/browser/requests.ts';
import { type Served, serve } from '../../support/serve.ts';

const key = 'a-key-of-the-console';
const prompt = 'It\'s "quoted", `ticked`, $HOME and \\ back\nand a second line';
const wanted: Wanted = { model: 'demo/openai/echo', prompt, system: "Don't add a word.", maxTokens: 200, withTool: false };

let served: Served;
let folder: string;

beforeAll(async () => {
  served = await serve({ keys: [key] });
  mkdirSync('node_modules/.cache', { recursive: true });
  folder = mkdtempSync('node_modules/.cache/copy-as-');
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await served.close();
});

async function output(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { env: { ...process.env, SLUICE_KEY: key }, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const piece of child.stdout) text += piece;
  return text;
}

describe('what the console lets one copy, with a prompt that needs quoting', () => {
  for (const name of ['OpenAI SDK', 'Anthropic SDK', 'AI SDK']) {
    test(`runs as it is and says the prompt: ${name}`, async () => {
      const file = join(folder, `${name.replaceAll(' ', '-')}.mjs`);
      writeFileSync(file, copyAs[name]?.(wanted, served.url) ?? '');
      expect(await output(process.execPath, [file])).toBe(prompt);
    });
  }

  const curlIsHere = spawnSync('curl', ['--version']).status === 0;
  if (!curlIsHere) process.stdout.write("skipped: the console's curl, since this machine has none\n");
  test.skipIf(!curlIsHere)('runs as it is and ends complete: curl', async () => {
    const text = await output('bash', ['-c', copyAs.curl?.(wanted, served.url) ?? '']);
    expect(text).toContain('"finish_reason":"stop"');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  test('has the form of its client where it cannot run here', () => {
    expect(copyAs['openai-clojure']?.(wanted, 'http://x')).toContain(':api-endpoint "http://x/v1"');
    expect(copyAs['Prediction Guard']?.(wanted, 'http://x')).toContain('PredictionGuard(url="http://x"');
  });

  test('never holds a key', () => {
    for (const write of Object.values(copyAs)) expect(write(wanted, served.url)).toMatch(/SLUICE_KEY/);
  });
});
