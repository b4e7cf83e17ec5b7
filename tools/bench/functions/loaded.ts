import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from '../rows.ts';
import type { Shape } from '../shape.ts';
import { requestOnce } from './ask.ts';
import type { Deployed } from './deployed.ts';

/** The code that a function loaded before the end of its first response. */
export interface LoadedCode {
  readonly bytes: number;
  /** Bytes by package or by our folders, largest first. */
  readonly parts: readonly (readonly [name: string, bytes: number])[];
}

const preload = new URL('./loaded-code.ts', import.meta.url).href;
const loadedLine = /^\{"loaded":"(.+)"\}$/;

/** Sends one request to a new environment and sums up what Node's loader loads meanwhile. */
export async function loadedCode(deployed: Deployed, row: Row, shape: Shape): Promise<LoadedCode> {
  const { folder, files } = deployed.reportOf(row);
  const loaded = new Set<string>();
  const lambda = await deployed.start(row, {
    environment: { NODE_OPTIONS: `--import=${preload}` },
    log(line) {
      const [, url] = loadedLine.exec(line) ?? [];
      if (url) loaded.add(relative(folder, fileURLToPath(url)));
    },
  });
  try {
    await requestOnce(lambda.url, row, shape);
  } finally {
    await lambda.close();
  }
  const weighed = files.filter(({ path }) => loaded.has(path));
  const parts = new Map<string, number>();
  for (const { path, bytes } of weighed.flatMap(({ inputs }) => inputs)) {
    parts.set(partOf(path), (parts.get(partOf(path)) ?? 0) + bytes);
  }
  return {
    bytes: weighed.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: [...parts].sort(([, one], [, other]) => other - one),
  };
}

/** `hono`, `@smithy/core`, `lib/dialects/openai-chat`. */
function partOf(path: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return name ?? path.split('/').slice(0, -1).join('/');
}
