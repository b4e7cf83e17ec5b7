import type { Row } from '../rows.ts';
import type { Shape } from '../shape.ts';
import { requestOnce } from './ask.ts';
import { openCpuQuota } from './cpu-quota.ts';
import type { Deployed } from './deployed.ts';
import { smallest } from './memory.ts';

/** Lambda gives a function one processor per this many megabytes. */
const megabytesPerProcessor = 1769;
export const share = smallest / megabytesPerProcessor;

/** The results of a function with the processor share of a small one. */
export interface Small {
  /** Milliseconds to the first token of the first response, which includes loading the provider's code and its key. */
  readonly first: number;
  /** The same for the second response. */
  readonly second: number;
  readonly tokensPerSecond: number;
}

/** Why a quota is not available here. `undefined` if it is. */
export function noQuota(): string | undefined {
  try {
    void openCpuQuota(share).close();
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** Sends requests to an environment of the smallest size that started at full speed, as on Lambda. */
export async function asSmall(deployed: Deployed, row: Row, short: Shape, long: Shape, limited: boolean): Promise<Small> {
  const lambda = await deployed.start(row, { memory: smallest });
  const quota = limited ? openCpuQuota(share) : undefined;
  try {
    await fetch(lambda.url);
    quota?.limit(lambda.environments[0]?.pid ?? 0);
    const first = await requestOnce(lambda.url, row, short);
    const second = await requestOnce(lambda.url, row, short);
    const startedAt = performance.now();
    await requestOnce(lambda.url, row, long);
    return { first, second, tokensPerSecond: (long.tokens * 1000) / (performance.now() - startedAt) };
  } finally {
    await lambda.close();
    await quota?.close();
  }
}
