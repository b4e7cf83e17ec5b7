import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { lineWriter } from '../../lib/telemetry/line-writer.ts';

const module = new URL('../../lib/telemetry/line-writer.ts', import.meta.url).href;
const script = (code: string) => `import { lineWriter } from '${module}';\nconst output = lineWriter(1);\n${code}`;
const node = (code: string) => [process.execPath, ['--input-type=module', '-e', script(code)]] as const;

test('writes every line once and in order', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'sluice-lines-')), 'log');
  const fd = openSync(path, 'w');
  const output = lineWriter(fd);
  const lines = Array.from({ length: 2000 }, (_, at) => `line ${at} é`);
  for (const [at, line] of lines.entries()) {
    output.write(line);
    if (at % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await output.flush();
  closeSync(fd);
  expect(readFileSync(path, 'utf8')).toBe(lines.map((line) => `${line}\n`).join(''));
});

test('writes what still waits when the process exits', () => {
  const { stdout } = spawnSync(...node("output.write('last'); process.exit(0);"), { encoding: 'utf8' });
  expect(stdout).toBe('last\n');
});

test('does not block for a reader that reads nothing, and says how many lines it lost', { timeout: 60_000 }, async () => {
  const code = `
    const line = 'x'.repeat(999);
    for (let at = 0; at < 20_000; at++) output.write(line);
    process.stderr.write('written');
    setInterval(() => {}, 1000);
    process.stdin.once('data', async () => { await output.flush(); process.exit(0); });`;
  const child = spawn(...node(code), { stdio: 'pipe' });
  await once(child.stderr, 'data');
  child.stdin.write('go on');
  const lines = (await text(child.stdout)).trimEnd().split('\n');
  const { msg, count } = JSON.parse(lines.pop() ?? '');
  expect(msg).toContain('dropped');
  expect(lines.every((line) => line.length === 999)).toBe(true);
  expect(lines.length + count).toBe(20_000);
});
