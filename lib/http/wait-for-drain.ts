/** A writable that may accept data faster than its reader consumes it. */
interface Writable {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

const events = ['drain', 'close', 'error'] as const;

/**
 * Resolves when the reader can accept more or has disconnected. In both cases the caller may write again. Never
 * rejects.
 */
export function waitForDrain(output: Writable): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    for (const event of events) output.off(event, done);
    resolve();
  };
  for (const event of events) output.on(event, done);
  return promise;
}
