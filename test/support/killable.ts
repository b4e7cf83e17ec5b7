import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A gateway in a process of its own. */
export interface Killable {
  readonly url: string;
  readonly child: ChildProcess;
}

export interface KillableOptions {
  readonly durability: 'standard' | 'strict';
  /** The base URL of its provider `lab`, which speaks chat completions. */
  readonly provider: string;
  /** The variables that name the table. */
  readonly environment: Readonly<Record<string, string>>;
  /** By how much its clock is ahead, in milliseconds. */
  readonly aheadMs?: number;
}

export async function startKillable({ durability, provider, environment, aheadMs = 0 }: KillableOptions): Promise<Killable> {
  const child = spawn(process.execPath, ['test/support/durable-process.ts', durability, provider, String(aheadMs)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return { url: String(line).trim(), child };
}

/** Kills the process without a chance to do anything more, and waits until it is gone. */
export async function kill({ child }: Killable): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
