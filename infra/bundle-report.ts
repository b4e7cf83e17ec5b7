import { relative } from 'node:path';
import type { Metafile } from 'esbuild';

/** What a bundle weighs, and when it is loaded. */
export interface BundleReport {
  readonly folder: string;
  /** Bytes that are read and compiled before the first request: the entry and all that it imports at once. */
  readonly startBytes: number;
  /** Parts that are loaded when first needed. */
  readonly lazy: readonly LazyPart[];
  readonly files: readonly BundleFile[];
}

export interface LazyPart {
  /** The module that is asked for: `node_modules/@aws-sdk/client-bedrock-runtime/dist-es/index.js`. */
  readonly module: string;
  /** Bytes that loading it adds to what the start has loaded: itself and all that it imports at once. */
  readonly bytes: number;
}

export interface BundleFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly bytes: number;
  readonly when: 'start' | 'lazy';
  /** What it was made of, and the bytes that are left of each. */
  readonly inputs: readonly { readonly path: string; readonly bytes: number }[];
}

type Outputs = Metafile['outputs'];

/** Reads from esbuild's account which of a folder's files are loaded when. */
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

/** A file and all that it imports at once. */
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
