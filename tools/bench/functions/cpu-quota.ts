import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A part of one processor, and the processes that must do with it. */
export interface CpuQuota {
  /** From now on, with all its threads. */
  limit(pid: number): void;
  /** Its processes having ended. */
  close(): Promise<void>;
}

const periodUs = 20_000;

/** How each version of Linux's control groups is told: in which folder, and what is written where. */
const versions = [
  {
    line: /^\d+:(?:.+,)?cpu(?:,.+)?:(.+)$/m,
    parent: (own: string) => join('/sys/fs/cgroup/cpu', own),
    settings: (quotaUs: number) => ({ 'cpu.cfs_period_us': periodUs, 'cpu.cfs_quota_us': quotaUs }),
  },
  {
    line: /^0::(.+)$/m,
    // A group that holds processes can divide nothing: beside our own, not below it.
    parent: (own: string) => join('/sys/fs/cgroup', dirname(own)),
    settings: (quotaUs: number) => ({ 'cpu.max': `${quotaUs} ${periodUs}` }),
  },
];

/** A quota of this share of one processor. Throws where the system has none, or does not let us set one. */
export function openCpuQuota(share: number): CpuQuota {
  const groups = readFileSync('/proc/self/cgroup', 'utf8');
  const version = versions.find(({ line }) => line.test(groups));
  if (!version) throw new Error('this process has no control group with a quota');
  const folder = join(version.parent(version.line.exec(groups)?.[1] ?? ''), `sluice-bench-${process.pid}`);
  mkdirSync(folder);
  try {
    for (const [file, value] of Object.entries(version.settings(Math.round(share * periodUs)))) {
      writeFileSync(join(folder, file), String(value), { flag: 'r+' });
    }
  } catch (thrown) {
    rmdirSync(folder);
    throw thrown;
  }
  return {
    limit: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid), { flag: 'r+' }),
    async close() {
      // A process that has just ended is still counted for a moment.
      for (let tries = 0; tries < 50; tries++) {
        try {
          return rmdirSync(folder);
        } catch {
          await wait(20);
        }
      }
    },
  };
}
