import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorKinds } from '../../lib/stream/errors.ts';
import { expectDocument } from '../support/document.ts';
import { causes } from './causes.ts';
import { errorPage } from './page.ts';
import { filesOf, sources } from './sources.ts';

const kinds = Object.keys(errorKinds);
const page = errorPage();
const rows = page.split('\n').filter((line) => line.startsWith('| `'));

describe('the errors page', () => {
  test('is up to date', () => expectDocument('docs/errors.md', page));

  test('names the source of every code', () => {
    for (const kind of kinds) expect(filesOf(kind), kind).not.toEqual([]);
  });

  test('has a row for every code, and no other', () => {
    expect(rows.map((row) => /^\| `(\w+)`/.exec(row)?.[1])).toEqual(kinds);
  });

  test('has a row for every code that the source throws', () => {
    const thrown = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/new SluiceError\(\s*'([^']*)'/g)].map(([, code]) => ({ name, code })),
    );
    expect(thrown.length).toBeGreaterThan(50);
    expect(thrown.filter(({ code = '' }) => !kinds.includes(code))).toEqual([]);
  });

  test('has no code that the source never uses', () => {
    const all = sources.filter(({ name }) => !name.endsWith(join('stream', 'errors.ts'))).map(({ text }) => text);
    expect(kinds.filter((kind) => !all.some((text) => text.includes(`'${kind}'`)))).toEqual([]);
  });
});

describe('each code', () => {
  test('has a unique cause', () => {
    const allCauses = Object.values(causes).map(({ cause }) => cause.toLowerCase());
    expect(new Set(allCauses).size).toBe(kinds.length);
  });

  test('has a cause and a fix in plain sentences', () => {
    for (const { cause, remedy } of Object.values(causes)) {
      expect(cause).toMatch(/^[A-Z].{20,}\.$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
      expect(cause + remedy).not.toMatch(/[|\n]/);
    }
  });

  test('has messages that no other code uses', () => {
    const codes = new Map<string, Set<string>>();
    for (const { text } of sources) {
      for (const [, code = '', message = ''] of text.matchAll(/new SluiceError\(\s*'([^']*)',\s*['`]((?:[^'`\\]|\\.)*)/g)) {
        codes.set(message, (codes.get(message) ?? new Set()).add(code));
      }
    }
    expect(codes.size).toBeGreaterThan(40);
    expect([...codes].filter(([message, found]) => message !== '' && found.size > 1)).toEqual([]);
  });
});
