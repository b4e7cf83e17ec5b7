import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../../infra/bundle.ts';
import { bundledPackages } from './bundled-packages.ts';

export interface WrittenSbom {
  /** The paths of the two files. */
  readonly sbom: string;
  readonly licences: string;
  readonly components: number;
  readonly packages: number;
}

/** Not `npm sbom`: with `--omit=dev` npm 11 loses what a development dependency needs too. */
const cycloneDx = 'node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js';

const entries = ['functions/server.ts', 'functions/console/handler.ts'];

/**
 * Writes `sbom.cdx.json` and `third-party-licences.txt` into the folder. The first comes from the lock file, without development
 * dependencies. The second covers every function: these two entries contain all the others.
 */
export async function writeSbom(folder: string): Promise<WrittenSbom> {
  mkdirSync(folder, { recursive: true });
  const sbom = join(folder, 'sbom.cdx.json');
  const flags = ['--omit', 'dev', '--package-lock-only', '--output-reproducible', '--output-file', sbom];
  execFileSync(process.execPath, [cycloneDx, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  const { components } = JSON.parse(readFileSync(sbom, 'utf8')) as { components: unknown[] };

  const scratch = join(folder, 'sbom-bundles');
  const reports = await Promise.all(
    entries.map((entry, index) => bundle({ entry, configFile: 'sluice.config.ts', folder: join(scratch, String(index)) })),
  );
  rmSync(scratch, { recursive: true, force: true });
  const packages = bundledPackages(reports);
  const licences = join(folder, 'third-party-licences.txt');
  const sections = packages.map(({ name, version, licence, text: own }) => `${name} ${version}: ${licence}\n\n${own.trim()}\n`);
  writeFileSync(licences, sections.join(`\n${'-'.repeat(72)}\n\n`));
  return { sbom, licences, components: components.length, packages: packages.length };
}
