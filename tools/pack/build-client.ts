import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

export interface ClientSize {
  readonly bytes: number;
  readonly gzipped: number;
}

/**
 * Builds lib/client into `folder`, which is emptied first. The result is one module without imports, `index.js`, and
 * its types. Must run in the root of the repository. Throws the error of the compiler or the bundler. Code that only
 * works in Node is an error too, because the client also runs in browsers.
 */
export async function buildClient(folder: string): Promise<ClientSize> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const entry = resolve('lib/client/index.ts');
  const module = join(folder, 'index.js');
  await build({
    entryPoints: [entry],
    outfile: module,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  declare(entry, folder);
  const bytes = readFileSync(module);
  return { bytes: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
}

/**
 * The declarations. Excludes types that only Node has or that are newer than Node 20, so code that uses them doesn't
 * compile.
 */
function declare(entry: string, folder: string): void {
  const settings = join(folder, 'tsconfig.json');
  const types = join(folder, 'types');
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: resolve('lib'),
    outDir: types,
    types: [],
    lib: ['es2023', 'dom', 'dom.iterable'],
  };
  writeFileSync(settings, JSON.stringify({ extends: resolve('tsconfig.json'), compilerOptions, include: [], files: [entry] }));
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', settings], { encoding: 'utf8' });
  } catch (error) {
    throw new Error(`The client does not compile for browsers:\n${(error as { stdout?: string }).stdout}`, { cause: error });
  }
  rmSync(settings);
  for (const name of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
    const file = join(types, name);
    if (!name.endsWith('.d.ts')) continue;
    // Declarations refer to source files, which an app doesn't have.
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
}
