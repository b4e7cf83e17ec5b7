import { takeSource } from '../http/stream-response.ts';
import type { Output } from './output.ts';
import { preludeOf } from './prelude.ts';

/**
 * Statuses that forbid a body. A function URL in RESPONSE_STREAM mode hangs on some accounts when no byte follows the
 * prelude (aws-lambda-nodejs-runtime-interface-client issue 95), so these become 200 with one byte.
 */
const bodiless = new Set([204, 205]);

/** The one byte of a body that is empty otherwise. JSON parsers and SSE readers ignore it. */
const nothing = '\n';

/**
 * Writes a response. The prelude goes out at once, then the body as fast as the reader accepts it, at least one byte.
 * For HEAD that byte is all, and the platform drops it. Rejects if the body fails, which none of our bodies does.
 */
export async function writeAnswer(response: Response, output: Output, isHead: boolean): Promise<void> {
  const { statusCode, ...rest } = preludeOf(response);
  const prelude = { statusCode: bodiless.has(statusCode) ? 200 : statusCode, ...rest };
  if (isHead || response.body === null) {
    output.open(prelude, () => {});
    await output.write(nothing);
    return;
  }
  const streamSource = takeSource(response);
  if (streamSource) {
    output.open(prelude, streamSource.abort);
    return streamSource.source(output);
  }
  output.open(prelude, () => {});
  let isEmpty = true;
  for await (const piece of response.body) {
    if (piece.length === 0) continue;
    isEmpty = false;
    await output.write(piece);
  }
  if (isEmpty) await output.write(nothing);
}
