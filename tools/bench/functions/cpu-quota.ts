import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A share of one processor, and the processes that it limits. */
export interface CpuQuota {
  /** Applies to all its threads from now on. */
  limit(pid: number): void;
  /** Called after its processes have ended. */
  close(): Promise<void>;
}

const periodUs = 20_000;

/** Each version of Linux's control groups: its folder and its files. */
const versions = [
  {
    line: /^\d+:(?:.+,)?cpu(?:,.+)?:(.+)$/m,
    parent: (own: string) => join('/sys/fs/cgroup/cpu', own),
    settings: (quotaUs: number) => ({ 'cpu.cfs_period_us': periodUs, 'cpu.cfs_quota_us': quotaUs }),
  },
  {
    line: /^0::(.+)$/m,
    // A group with processes can't have children with quotas, so the new group is next to ours, not below.
    parent: (own: string) => join('/sys/fs/cgroup', dirname(own)),
    settings: (quotaUs: number) => ({ 'cpu.max': `${quotaUs} ${periodUs}` }),
  },
];

/** A quota of this share of one processor. Throws if the system has none or doesn't allow it. */
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
      // A process that has just ended still counts for a moment.
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
