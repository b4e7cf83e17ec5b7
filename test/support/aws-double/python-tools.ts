import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder of programs that tests of the stack need, or why there is none. */
export type PythonTools = { readonly bin: string } | { readonly missing: string };

/**
 * Installs moto's server, cfn-lint and the AWS command line from PyPI into a folder of their own, once for each set of
 * versions. Takes half a minute the first time.
 */
export function pythonTools(): PythonTools {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const versions = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `sluice-python-${versions}`);
  const bin = join(folder, 'bin');
  if (existsSync(join(folder, 'installed'))) return { bin };
  rmSync(folder, { recursive: true, force: true });
  if (!succeeds('python3', ['-m', 'venv', folder])) return { missing: 'there is no python3 with venv' };
  const installed = succeeds(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  if (!installed) return { missing: 'PyPI could not be reached' };
  // Only a whole installation has it.
  writeFileSync(join(folder, 'installed'), '');
  return { bin };
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
