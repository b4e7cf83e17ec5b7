/** What a process says of itself when it is asked. */
export interface ProcessUsage {
  /** Processor time since its start, user and system, in microseconds. */
  readonly cpu: number;
  /** The most memory it has ever held resident, in bytes. */
  readonly peakMemory: number;
}

/** Tells the process that started this one where it listens, and on every message what it has used. Ends with it. */
export function reportUsage(url: string): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system, peakMemory: process.resourceUsage().maxRSS * 1024 } satisfies ProcessUsage);
  });
  process.on('disconnect', () => process.exit());
  process.send?.(url);
}
