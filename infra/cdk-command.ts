import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface CdkRun {
  /** What it ended with; 1 for a signal. */
  readonly code: number;
  /** All that it said. */
  readonly said: string;
}

/**
 * Runs the CDK's command line of this project, on the Node that runs us, and shows what it says while it says it. It asks
 * nobody but AWS: not whether there are notices, nor whether there is a newer one.
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
  let said = '';
  const pass = (output: NodeJS.WriteStream) => (piece: Buffer) => {
    said += piece;
    output.write(piece);
  };
  child.stdout.on('data', pass(process.stdout));
  child.stderr.on('data', pass(process.stderr));
  const { promise, resolve, reject } = Promise.withResolvers<CdkRun>();
  child.on('error', reject);
  child.on('close', (code) => resolve({ code: code ?? 1, said }));
  return promise;
}
