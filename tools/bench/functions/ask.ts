import { request } from 'node:http';
import { checkAnswer } from '../check.ts';
import { openClient, type Pace } from '../client.ts';
import { requestFor } from '../requests.ts';
import type { Row } from '../rows.ts';
import type { Shape } from '../shape.ts';
import type { Code } from './deployed.ts';

/**
 * Sends one request to a function and returns the milliseconds to its first token after the end of the response.
 * Throws if it is incomplete.
 */
export async function requestOnce(url: string, row: Row, shape: Shape, pace: Pace = {}): Promise<number> {
  const client = openClient(new URL(url));
  try {
    const answer = client.ask(requestFor(row, shape), pace);
    checkAnswer(row, shape, await answer.ended);
    return await answer.begun;
  } finally {
    client.close();
  }
}

/** Like `requestOnce`. For a handler without tokens, the milliseconds to its first byte. */
export async function firstByteMs(url: string, code: Code, shape: Shape, pace: Pace = {}): Promise<number> {
  if (code !== 'empty handler') return requestOnce(url, code, shape, pace);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const startedAt = performance.now();
  const call = request(url, (answer) => {
    answer.once('data', () => resolve(performance.now() - startedAt));
  });
  call.on('error', reject).end();
  return promise;
}
