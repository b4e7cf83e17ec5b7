import { relative } from 'node:path';
import type { Metafile } from 'esbuild';

/** The size of a bundle, and when its parts are loaded. */
export interface BundleReport {
  readonly folder: string;
  /** Bytes that are read and compiled before the first request: the entry and its static imports. */
  readonly startBytes: number;
  /** Parts that are loaded on first use. */
  readonly lazy: readonly LazyPart[];
  readonly files: readonly BundleFile[];
}

export interface LazyPart {
  /** The imported module: `node_modules/@aws-sdk/client-bedrock-runtime/dist-es/index.js`. */
  readonly module: string;
  /** Bytes that loading it adds to the startup code: itself and its static imports. */
  readonly bytes: number;
}

export interface BundleFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly bytes: number;
  readonly when: 'start' | 'lazy';
  /** Its input files, and the size of each in the output. */
  readonly inputs: readonly { readonly path: string; readonly bytes: number }[];
}

type Outputs = Metafile['outputs'];

/** Finds in esbuild's metafile when each file of a folder is loaded. */
export function reportOf({ outputs }: Metafile, folder: string): BundleReport {
  const code = Object.keys(outputs).filter((path) => path.endsWith('.mjs'));
  const entry = code.find((path) => path.endsWith('index.mjs')) ?? '';
  const atStart = loadedWith(entry, outputs);
  const lazy = code.flatMap((path) => (outputs[path]?.imports ?? []).filter(({ kind }) => kind === 'dynamic-import'));
  const parts = new Set(lazy.map(({ path }) => path).filter((path) => outputs[path] && !atStart.has(path)));
  return {
    folder,
    startBytes: weigh(atStart, outputs),
    lazy: [...parts].map((path) => ({
      module: outputs[path]?.entryPoint ?? path,
      bytes: weigh(
        [...loadedWith(path, outputs)].filter((file) => !atStart.has(file)),
        outputs,
      ),
    })),
    files: code.map((path) => ({
      path: relative(folder, path),
      bytes: outputs[path]?.bytes ?? 0,
      when: atStart.has(path) ? 'start' : 'lazy',
      inputs: Object.entries(outputs[path]?.inputs ?? {}).map(([input, { bytesInOutput }]) => ({
        path: input,
        bytes: bytesInOutput,
      })),
    })),
  };
}

/** A file and its static imports. */
function loadedWith(path: string, outputs: Outputs, seen = new Set<string>()): Set<string> {
  if (seen.has(path) || !outputs[path]) return seen;
  seen.add(path);
  for (const imported of outputs[path].imports) {
    if (imported.kind === 'import-statement') loadedWith(imported.path, outputs, seen);
  }
  return seen;
}

function weigh(paths: Iterable<string>, outputs: Outputs): number {
  return [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}
