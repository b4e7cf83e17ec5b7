import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface CdkRun {
  /** The exit code. 1 for a signal. */
  readonly code: number;
  /** The whole output. */
  readonly output: string;
}

/**
 * Runs this project's CDK command line on the current Node and prints its output as it arrives. It contacts only AWS
 * and doesn't check for notices or a newer version.
 */
export function runCdk(args: readonly string[]): Promise<CdkRun> {
  const folder = dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json'));
  const child = spawn(process.execPath, [join(folder, 'bin', 'cdk'), ...args], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['inherit', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: 'true',
      FORCE_COLOR: process.stderr.isTTY ? '1' : '0',
    },
  });
  let output = '';
  const pass = (target: NodeJS.WriteStream) => (piece: Buffer) => {
    output += piece;
    target.write(piece);
  };
  child.stdout.on('data', pass(process.stdout));
  child.stderr.on('data', pass(process.stderr));
  const { promise, resolve, reject } = Promise.withResolvers<CdkRun>();
  child.on('error', reject);
  child.on('close', (code) => resolve({ code: code ?? 1, output }));
  return promise;
}
