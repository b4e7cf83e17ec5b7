import { ConfigError } from '../lib/config/config-error.ts';

/** A startup error for a person, with an explanation if we have one. */
function explain(thrown: unknown): string {
  if (thrown instanceof ConfigError) return thrown.message;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return 'environment: PORT: expected a free port, found one in use. Stop the other server or set PORT to another number.';
  if (code === 'EACCES')
    return 'environment: PORT: expected a port that this user may bind, found a privileged one. Use a port above 1023.';
  return message ?? String(thrown);
}

/** Runs a server's `main`. Ends the process with a message if it can't start. */
export function run(main: () => Promise<void>): void {
  process.on('unhandledRejection', (reason) => process.stderr.write(`unhandled rejection: ${explain(reason)}\n`));
  main().catch((thrown: unknown) => {
    process.stderr.write(`${explain(thrown)}\n`);
    process.exit(1);
  });
}

/** The first SIGINT or SIGTERM lets running streams finish within `graceMs`. The second one ends them. */
export function stopOnSignals(close: (graceMs: number) => Promise<void>, graceMs: number): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    process.stderr.write(`Stopping. Running streams have ${graceMs / 1000} s to finish. Press Ctrl-C again to stop now.\n`);
    await close(graceMs);
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}
