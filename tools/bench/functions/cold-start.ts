import type { Shape } from '../shape.ts';
import { firstByteMs } from './ask.ts';
import type { Code, Deployed } from './deployed.ts';

/** One start of an environment, in milliseconds. */
export interface ColdStart {
  /** From the start of its process until it first requested work. */
  readonly init: number;
  /** From the request that started it to the first token of the response. */
  readonly first: number;
}

export async function coldStart(deployed: Deployed, code: Code, shape: Shape): Promise<ColdStart> {
  const lambda = await deployed.start(code);
  try {
    const first = await firstByteMs(lambda.url, code, shape);
    return { init: lambda.environments[0]?.initMs ?? Number.NaN, first };
  } finally {
    await lambda.close();
  }
}
