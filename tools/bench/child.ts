import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProcessUsage } from './reporting.ts';

/** A process that serves, and can be asked what it has used. */
export interface Child {
  readonly url: URL;
  usage(): Promise<ProcessUsage>;
  stop(): Promise<void>;
}

/** Starts a file beside this one that calls `reportUsage`. Rejects when it ends before it listens. */
export async function startChild(file: string, args: readonly string[] = []): Promise<Child> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  // Its log goes nowhere, but it is written all the same.
  const child = fork(path, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => {
    throw new Error(`${file} exited with ${code}.`);
  });
  // Its end is a failure to those who wait for an answer, and is expected by the one who stops it.
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
