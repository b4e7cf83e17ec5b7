import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import type { ConsoleFile, ConsoleFiles } from './console-files.ts';

const root = resolve(import.meta.dirname, '../..');
const place = (path: string) => `/console/${relative(root, path).replaceAll('\\', '/')}`;

/**
 * The console's modules as they stand in the repository, without their types: a laptop needs no build. Only what the
 * first module leads to is served. A deployed function has them bundled in the place of this file.
 */
export function consoleFiles(): ConsoleFiles {
  const files = new Map<string, ConsoleFile>();
  const first = join(import.meta.dirname, 'browser/main.ts');
  const waiting = [first];
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (files.has(place(path))) continue;
    const text = stripTypeScriptTypes(readFileSync(path, 'utf8'));
    files.set(place(path), { type: 'text/javascript', text });
    for (const [, name = ''] of text.matchAll(/\bfrom '(\.[^']+)'/g)) waiting.push(resolve(dirname(path), name));
  }
  const styles = ['page.css', 'panel.css'].map((name) => join(import.meta.dirname, name));
  for (const path of styles) files.set(place(path), { type: 'text/css', text: readFileSync(path, 'utf8') });
  return { script: place(first), styles: styles.map(place), files };
}
