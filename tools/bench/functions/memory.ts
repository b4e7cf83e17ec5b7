import { readFileSync } from 'node:fs';
import type { Pace } from '../client.ts';
import type { Shape } from '../shape.ts';
import { firstByteMs } from './ask.ts';
import type { Code, Deployed } from './deployed.ts';

/** The memory size of the smallest function. */
export const smallest = 128;

/** Why peak memory is not available here. `undefined` if it is. */
export const noPeak =
  process.platform === 'linux' ? undefined : 'the peak memory of another process is only available in /proc on Linux';

/** The peak resident memory of a new environment's process until the end of its first response, in megabytes. */
export async function peakOf(deployed: Deployed, code: Code, shape: Shape, pace: Pace = {}): Promise<number> {
  const lambda = await deployed.start(code, { memory: smallest });
  try {
    await firstByteMs(lambda.url, code, shape, pace);
    const status = readFileSync(`/proc/${lambda.environments[0]?.pid}/status`, 'utf8');
    return (Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
  } finally {
    await lambda.close();
  }
}
