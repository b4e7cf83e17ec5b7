/** What can be written to faster than it is read. */
interface Writable {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

const events = ['drain', 'close', 'error'] as const;

/** Resolves when the reader can take more, or is gone: then writing on does no harm. Never rejects. */
export function waitForDrain(output: Writable): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    for (const event of events) output.off(event, done);
    resolve();
  };
  for (const event of events) output.on(event, done);
  return promise;
}
