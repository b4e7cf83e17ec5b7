import { ConfigError } from '../lib/config/config-error.ts';

/** What went wrong at the start, for a person: a sentence where we know one. */
function explain(thrown: unknown): string {
  if (thrown instanceof ConfigError) return thrown.message;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return 'environment: PORT: expected a free port, found one in use. Stop the other server or set PORT to another number.';
  if (code === 'EACCES')
    return 'environment: PORT: expected a port that this user may bind, found a privileged one. Use a port above 1023.';
  return message ?? String(thrown);
}

/** Runs a server's `main`, and ends the process with a sentence where it cannot start. */
export function run(main: () => Promise<void>): void {
  process.on('unhandledRejection', (reason) => process.stderr.write(`unhandled rejection: ${explain(reason)}\n`));
  main().catch((thrown: unknown) => {
    process.stderr.write(`${explain(thrown)}\n`);
    process.exit(1);
  });
}

/** At the first SIGINT or SIGTERM lets running streams end, within `graceMs`; at the second ends them. */
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
