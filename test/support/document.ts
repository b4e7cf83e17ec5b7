import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Holds a page that tests produce to what they have just seen; with SLUICE_WRITE_DOCS=1 the page is written first. */
export function expectDocument(file: string, text: string): void {
  if (process.env.SLUICE_WRITE_DOCS) writeFileSync(file, text);
  expect(existsSync(file) && readFileSync(file, 'utf8'), `run with SLUICE_WRITE_DOCS=1 to write ${file}`).toBe(text);
}

/** A table in Markdown. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
