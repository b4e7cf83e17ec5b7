import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildClient, type ClientSize } from './build-client.ts';
import { npm } from './npm.ts';

export interface Packed extends ClientSize {
  /** The path of the package. */
  readonly tarball: string;
  readonly tarballBytes: number;
}

/**
 * Builds the client into `folder/client` and packs it. The package has the name, the version and the entry points of
 * this repository and none of its dependencies, because apps only need the client.
 */
export async function packClient(folder: string): Promise<Packed> {
  const size = await buildClient(join(folder, 'client'));
  const staged = join(folder, 'package');
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(join(staged, 'dist'), { recursive: true });
  cpSync(join(folder, 'client'), join(staged, 'dist/client'), { recursive: true });
  copyFileSync('LICENSE', join(staged, 'LICENSE'));
  copyFileSync('lib/client/README.md', join(staged, 'README.md'));
  const { name, version, license, type, engines, exports, files } = JSON.parse(readFileSync('package.json', 'utf8'));
  const description = 'A small client for Sluice. It reads LLM streams of any dialect as the same events';
  const manifest = { name, version, description, license, type, engines, sideEffects: false, exports, files };
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  const output = execFileSync(...npm(['pack', staged, '--json', '--pack-destination', folder]), { encoding: 'utf8' });
  const [packed] = JSON.parse(output) as { filename: string; size: number }[];
  if (!packed) throw new Error(`npm pack created no package: ${output}`);
  return { ...size, tarball: join(folder, packed.filename), tarballBytes: packed.size };
}
