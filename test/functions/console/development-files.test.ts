import { expect, test } from 'vitest';
import { consoleFiles } from '../../../functions/console/development-files.ts';

const { files, script, styles } = consoleFiles();

test('serves every module that the first one imports', () => {
  for (const path of [script, ...styles]) expect(files.has(path)).toBe(true);
  for (const [path, { text, type }] of files) {
    if (type !== 'text/javascript' || path.includes('node_modules')) continue;
    for (const [, name = ''] of text.matchAll(/^import [^;]*?from '(\.[^']+)';$/gm)) {
      expect(files.has(new URL(name, `http://x${path}`).pathname), `${path} imports ${name}`).toBe(true);
    }
  }
});

test('serves only three packages of node_modules, and no types', () => {
  const packages = [...files.keys()].flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  expect([...new Set(packages)].sort()).toEqual(['@speed-highlight/core', 'dompurify', 'marked']);
  expect([...files.values()].filter(({ text }) => /^(import type|interface|export interface) /m.test(text))).toEqual([]);
});

test('does not rewrite imports in the programs that the page shows', () => {
  const program = files.get('/console/functions/console/browser/copy-as/openai.ts')?.text;
  expect(program).toContain("import OpenAI from 'openai';");
});
