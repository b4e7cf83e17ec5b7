import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleReport } from '../../infra/bundle-report.ts';

/** An npm package with code in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Its SPDX expression, as its package.json has it. */
  readonly licence: string;
  /** The text of its licence file; empty if it ships none. */
  readonly text: string;
}

/** The packages with code in these bundles, by name. Throws for a package without a licence. */
export function bundledPackages(reports: readonly BundleReport[]): BundledPackage[] {
  const inputs = reports.flatMap(({ files }) => files).flatMap((file) => file.inputs);
  const folders = new Set(inputs.filter(({ bytes }) => bytes > 0).flatMap(({ path }) => packageFolder(path) ?? []));
  return [...folders].map(readPackage).sort((a, b) => a.name.localeCompare(b.name));
}

/** `node_modules/@aws-sdk/core/dist-es/index.js` is of `node_modules/@aws-sdk/core`; nested folders win. */
function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof version !== 'string' || typeof license !== 'string') {
    throw new Error(
      `${folder}/package.json: expected a name, a version and a licence. Find out the licence before you deploy it.`,
    );
  }
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const path = file === undefined ? '' : join(folder, file);
  return { name, version, licence: license, text: existsSync(path) ? readFileSync(path, 'utf8') : '' };
}
