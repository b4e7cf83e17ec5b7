import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConsoleFile, ConsoleFiles } from './console-files.ts';
import { styleSheets } from './styles.ts';

const root = resolve(import.meta.dirname, '../..');
const place = (path: string) => `/console/${relative(root, path).replaceAll('\\', '/')}`;

/** Imports of the page's modules: relative ones and these packages. Other imports are in the programs that the page shows. */
const imports = /\b(from\s*)(['"])(\.[^'"\n]+|(?:marked|dompurify|@speed-highlight\/core)(?:\/[^'"\n]+)?)\2/g;

/**
 * The console's modules without their types, so a laptop needs no build. Only modules that the first one leads to are
 * served. Packages come from `node_modules`, and a path replaces their name, because a browser can't resolve names. A
 * deployed function has a bundle instead of this file.
 */
export function consoleFiles(): ConsoleFiles {
  const files = new Map<string, ConsoleFile>();
  const first = join(import.meta.dirname, 'browser/main.ts');
  const waiting = [first];
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (files.has(place(path))) continue;
    const source = readFileSync(path, 'utf8');
    const script = path.endsWith('.ts') ? stripTypeScriptTypes(source) : source;
    const folder = dirname(path);
    const text = script.replace(imports, (whole, from: string, quote: string, name: string) => {
      const isPackage = !name.startsWith('.');
      const target = isPackage ? fileURLToPath(import.meta.resolve(name)) : resolve(folder, name);
      waiting.push(target);
      return isPackage ? `${from}${quote}${place(target)}${quote}` : whole;
    });
    files.set(place(path), { type: 'text/javascript', text });
  }
  const styles = styleSheets.map((name) => join(import.meta.dirname, 'styles', name));
  for (const path of styles) files.set(place(path), { type: 'text/css', text: readFileSync(path, 'utf8') });
  return { script: place(first), styles: styles.map(place), files };
}
