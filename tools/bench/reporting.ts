/** The resource usage of a process. */
export interface ProcessUsage {
  /** CPU time since its start, user and system, in microseconds. */
  readonly cpu: number;
  /** Its peak resident memory, in bytes. */
  readonly peakMemory: number;
}

/** Sends the listening address to the parent process, and the usage on every message. Exits with the parent. */
export function reportUsage(url: string): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system, peakMemory: process.resourceUsage().maxRSS * 1024 } satisfies ProcessUsage);
  });
  process.on('disconnect', () => process.exit());
  process.send?.(url);
}
