import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { functionRows, openaiOnBedrock, openaiOverHttp } from '../../tools/bench/functions/rows.ts';
import { rows } from '../../tools/bench/rows.ts';

async function bench(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const child = spawn(process.execPath, ['tools/bench.js', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? -1)));
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}

test('the bench completes and prints every kind of ratio for every pair of client and provider', {
  timeout: 60_000,
}, async () => {
  const { code, output, errors } = await bench('--quick', '--scale', '0.02', '--only', 'gateway');
  expect(code, errors).toBe(0);
  const ratios = output.slice(0, output.indexOf('The figures themselves')).split('\n');
  for (const { name } of rows.filter(({ through }) => through === 'gateway')) {
    const line = ratios.find((line) => line.startsWith(name)) ?? '';
    expect(line.slice(name.length).trim().split(/\s+/).map(Number), name).toHaveLength(6);
    expect(line, name).not.toMatch(/NaN|Infinity/);
  }
});

test('the bench runs the deployed form of the functions, and prints their sizes and ratios', { timeout: 60_000 }, async () => {
  const { code, output, errors } = await bench('--quick', '--scale', '0.02', '--only', 'functions');
  expect(code, errors).toBe(0);
  for (const { name } of functionRows) expect(output).toMatch(new RegExp(`^${name} +[1-9]\\d\\d, including `, 'm'));
  for (const title of ['Code that is loaded', 'Cold start', 'Peak memory', 'With the CPU share']) {
    expect(output).toContain(title);
  }
  for (const { name } of [openaiOverHttp, openaiOnBedrock]) {
    expect(output).toMatch(new RegExp(`^${name} +\\d+\\.\\d\\d +\\d+\\.\\d\\d `, 'm'));
  }
  expect(output).not.toMatch(/NaN|Infinity/);
});

test.each(['--rounds', '--only'])('the bench rejects invalid settings: %s', async (option) => {
  const { code, errors } = await bench(option, 'many');
  expect(code).toBe(2);
  expect(errors).toContain(option);
});
