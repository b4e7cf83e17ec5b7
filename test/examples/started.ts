import { spawn } from 'node:child_process';

export interface Outcome {
  readonly status: number | null;
  readonly printed: string;
  readonly complained: string;
}

type Environment = Readonly<Record<string, string>>;

/** Runs a program to its end. */
export async function run(command: string, args: readonly string[], environment: Environment = {}, cwd = '.'): Promise<Outcome> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let complained = '';
  child.stdout.on('data', (piece) => (printed += piece));
  child.stderr.on('data', (piece) => (complained += piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, printed, complained }));
  });
}

export interface Started {
  /** The address that the program printed. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server that prints its address. Rejects with its output if it ends before. */
export function start(command: string, args: readonly string[], environment: Environment, cwd = '.'): Promise<Started> {
  const child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: '1', ...environment }, stdio: 'pipe' });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (piece: Buffer) => {
      output += piece;
      const [url] = /http:\/\/(localhost|127\.0\.0\.1):\d+/.exec(output) ?? [];
      if (!url) return;
      const stop = async () => {
        child.kill();
        await ended;
      };
      resolve({ url, stop });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('close', () => reject(new Error(`${command} ended early: ${output}`)));
  });
}
