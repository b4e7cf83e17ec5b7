import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';
import defaultPrices from '../lib/app/default-prices.ts';
import { keyFileBeside } from '../lib/config/key-file.ts';
import type { PriceEntry } from '../lib/gateway/pricing.ts';
import { type BundleReport, reportOf } from './bundle-report.ts';
import { configuredPrices } from './configured-prices.ts';
import { consoleModule } from './console-module.ts';

export interface BundleSettings {
  /** The function's entry, such as `functions/openai/handler.ts`. */
  readonly entry: string;
  /** The file behind `#config`: a module with a default export, or JSON. */
  readonly configFile: string;
  /** The output folder, which is emptied first. */
  readonly folder: string;
}

/**
 * Bundles a function for Lambda: `index.mjs`, the chunks that it loads on first use, and their source maps.
 * Everything is included, even the AWS SDK, because the runtime's own copy starts slower and changes without notice.
 * Rejects with esbuild's message, which has file and line.
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
    // ES modules first, because unused code can only be removed from them.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [configAt(resolve(configFile)), pricesOf(await configuredPrices(configFile)), consoleModule],
  };
  let result = await build(options);
  if (callsRequire(result)) result = await build({ ...options, banner: { js: requireBanner } });
  await write(result, folder);
  return reportOf(result.metafile, folder);
}

/** `#config` is the deployed configuration, not the one of the repository, with the client keys next to it. */
function configAt(path: string): Plugin {
  const keyFile = keyFileBeside(path);
  const contents = `import config from ${JSON.stringify(path)};
import keys from ${JSON.stringify(keyFile)};
export default { ...config, keys: Array.isArray(config.keys ?? []) ? [...(config.keys ?? []), ...keys] : config.keys };`;
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

/** `#prices` in a bundle: the prices of the configured models, and not the whole data set. */
function pricesOf(prices: Readonly<Record<string, PriceEntry>>): Plugin {
  const namespace = 'configured-prices';
  const contents = `const prices = ${JSON.stringify(prices)};
export default {
  version: ${JSON.stringify(defaultPrices.version)},
  pricesOf: (provider, model) => (Object.hasOwn(prices, provider + '/' + model) ? prices[provider + '/' + model] : undefined),
};`;
  return {
    name: 'prices',
    setup(build) {
      build.onResolve({ filter: /^#prices$/ }, ({ path }) => ({ path, namespace }));
      build.onLoad({ filter: /./, namespace }, () => ({ contents }));
    },
  };
}

type Built = BuildResult<{ metafile: true; write: false }>;

/** A CommonJS module inside an ES module has no `require`. esbuild replaces it with a function that throws this. */
function callsRequire({ outputFiles }: Built): boolean {
  return outputFiles.some(({ path, text }) => path.endsWith('.mjs') && text.includes('Dynamic require of'));
}

const requireBanner = `import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);`;

async function write({ outputFiles }: Built, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'chunks'), { recursive: true });
  await Promise.all(outputFiles.map(({ path, contents }) => writeFile(path, contents)));
}
