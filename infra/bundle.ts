import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';
import { keyFileBeside } from '../lib/config/key-file.ts';
import { type BundleReport, reportOf } from './bundle-report.ts';
import { consoleModule } from './console-module.ts';

export interface BundleSettings {
  /** The function's entry, such as `functions/openai/handler.ts`. */
  readonly entry: string;
  /** What `#config` stands for: a module with a default export, or JSON. */
  readonly configFile: string;
  /** Where the files go; emptied first. */
  readonly folder: string;
}

/**
 * Puts a function into a folder as Lambda runs it: `index.mjs`, the chunks that it loads when first needed, and their
 * source maps. Everything is inside, the AWS SDK too: the runtime's own copy starts slower and changes by itself.
 * Rejects with esbuild's message, which names file and line.
 */
export async function bundle({ entry, configFile, folder }: BundleSettings): Promise<BundleReport> {
  const options: BuildOptions & { metafile: true; write: false } = {
    entryPoints: { index: entry },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Modules first: only of those can what nobody uses be left out.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [configAt(resolve(configFile)), consoleModule],
  };
  let result = await build(options);
  if (callsRequire(result)) result = await build({ ...options, banner: { js: requireBanner } });
  await write(result, folder);
  return reportOf(result.metafile, folder);
}

/** `#config` is whatever file the operator deploys, not the one of the repository, with the client keys beside it. */
function configAt(path: string): Plugin {
  const keyFile = keyFileBeside(path);
  const contents = `import config from ${JSON.stringify(path)};
import keys from ${JSON.stringify(keyFile)};
export default { ...config, keys: [...(config.keys ?? []), ...keys] };`;
  const namespace = 'config-with-keys';
  return {
    name: 'config',
    setup(build) {
      const withKeys = existsSync(keyFile);
      build.onResolve({ filter: /^#config$/ }, () => (withKeys ? { path, namespace } : { path }));
      build.onLoad({ filter: /./, namespace }, () => ({ contents, resolveDir: dirname(path) }));
    },
  };
}

type Built = BuildResult<{ metafile: true; write: false }>;

/** A module of CommonJS inside an ES module has no `require`; esbuild leaves a function in its place that throws this. */
function callsRequire({ outputFiles }: Built): boolean {
  return outputFiles.some(({ path, text }) => path.endsWith('.mjs') && text.includes('Dynamic require of'));
}

const requireBanner = `import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);`;

async function write({ outputFiles }: Built, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'chunks'), { recursive: true });
  await Promise.all(outputFiles.map(({ path, contents }) => writeFile(path, contents)));
}
