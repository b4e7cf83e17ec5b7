import { takeSource } from '../http/stream-response.ts';
import type { Output } from './output.ts';
import { preludeOf } from './prelude.ts';

/** Answers that have no body whatever they say. */
const bodiless = new Set([204, 304]);

/** A body without a single byte confuses function URLs: the head gets lost, or the client waits until the limit. */
const nothing = '\n';

/**
 * Writes an answer: its head at once, without waiting for the first of its body; then the body as fast as the reader
 * takes it. Rejects when the body fails, which no answer of ours does.
 */
export async function writeAnswer(response: Response, output: Output, isHead: boolean): Promise<void> {
  const prelude = preludeOf(response);
  if (isHead || bodiless.has(response.status)) return output.open(prelude, () => {});
  const streamSource = takeSource(response);
  if (streamSource) {
    output.open(prelude, streamSource.abort);
    return streamSource.source(output);
  }
  output.open(prelude, () => {});
  let isEmpty = true;
  for await (const piece of response.body ?? []) {
    if (piece.length === 0) continue;
    isEmpty = false;
    await output.write(piece);
  }
  if (isEmpty) await output.write(nothing);
}
