import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProcessUsage } from './reporting.ts';

/** A server process that reports its resource usage. */
export interface Child {
  readonly url: URL;
  usage(): Promise<ProcessUsage>;
  stop(): Promise<void>;
}

/** Starts a file in this folder that calls `reportUsage`. Rejects if it exits before it listens. */
export async function startChild(file: string, args: readonly string[] = []): Promise<Child> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  // The log is discarded, but still written.
  const child = fork(path, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => {
    throw new Error(`${file} exited with ${code}.`);
  });
  // Its exit is a failure for pending requests, and expected by the code that stops it.
  ended.catch(() => {});
  const answer = async () => (await Promise.race([once(child, 'message'), ended]))[0];
  const url = new URL(await answer());
  return {
    url,
    async usage() {
      const answered = answer();
      child.send('usage');
      return answered;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
