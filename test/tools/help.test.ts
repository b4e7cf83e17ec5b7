import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** A script of package.json, without npm. */
function run(script: string, ...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const [, ...words] = (scripts[script] ?? '').split(' ');
  return new Promise((resolve) => {
    execFile(process.execPath, [...words, ...args], { timeout: 60_000 }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}

test.each(Object.keys(scripts))('%s has help with examples, and starts nothing', async (script) => {
  const { code, output, errors } = await run(script, '--help');
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).toContain('npm ');
  expect(output).toMatch(/^Examples\n {2}\S/m);
});

test.each(Object.keys(scripts))('%s rejects an unknown option in a sentence, and exits with 2', async (script) => {
  const { code, output, errors } = await run(script, '--hlep');
  expect(code).toBe(2);
  expect(output).toBe('');
  expect(errors).toMatch(/^npm [^\n]+: unknown option --hlep[^\n]*\nnpm [^\n]+ --help shows the options\.\n$/);
});

test.each([
  ['deploy', '--proflie', 'x', /Did you mean --profile\?/],
  ['deploy', 'bootstarp', '', /unknown command "bootstarp". Did you mean bootstrap\?/],
  ['synth', '--ouptut', 'x', /Did you mean --output\?/],
  ['test', '--ful', '', /Did you mean --full\?/],
  ['check', 'lib', '', /unexpected argument "lib"/],
  ['test:fuzz', '--count', '0', /--count: expected an integer above 0, found "0"/],
])('%s %s %s is answered with the nearest name', async (script, option, value, sentence) => {
  const { code, errors } = await run(script, option, ...(value === '' ? [] : [value]));
  expect(errors).toMatch(sentence);
  expect(code).toBe(2);
});
