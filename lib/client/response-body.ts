import type { Bytes } from '../wire/frame.ts';
import type { Dialect } from './dialects.ts';

/** The connection was lost. `cause` is the error of `fetch`. */
export class ConnectionLost extends Error {}

/** The maximum number of reads after the last event. */
const drainedPieces = 16;

/** The body, if it is a stream of this dialect. */
export function streamOf({ headers, body }: Response, { wire }: Dialect): ReadableStream<Uint8Array> | undefined {
  if (body && headers.get('content-type')?.startsWith(wire.contentType)) return body;
  void body?.cancel().catch(() => {});
  return undefined;
}

/**
 * The bytes of a body. An early exit closes the connection. After the server's last event, the rest is read so that the
 * connection can be reused. Throws a ConnectionLost.
 */
export async function* bytesOf(body: ReadableStream<Uint8Array>, isLast: () => boolean): Bytes & AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let over = false;
  try {
    while (!over) {
      const { done, value } = await reader.read();
      over = done;
      if (value) yield value;
    }
  } catch (cause) {
    over = true;
    throw new ConnectionLost('The connection was lost.', { cause });
  } finally {
    if (!over) void (isLast() ? drain(reader) : reader.cancel()).catch(() => {});
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (let piece = 0; piece < drainedPieces; piece++) if ((await reader.read()).done) return;
  await reader.cancel();
}
