import type { Sink } from '../gateway/deliver.ts';

/** Whole events up to this size go out in one write. */
const maxPieceBytes = 16 * 1024;

/** Writes events, the first of which has this number. The promise, if any, resolves when the reader can take more. */
export function writeEvents(
  sink: Sink,
  first: number,
  events: readonly Uint8Array[],
  withIds: boolean,
): Promise<void> | undefined {
  let piece: Uint8Array[] = [];
  let bytes = 0;
  let waiting: Promise<void> | undefined;
  const flush = () => {
    if (piece.length > 0) waiting = sink.write(Buffer.concat(piece)) ?? waiting;
    piece = [];
    bytes = 0;
  };
  for (const [index, event] of events.entries()) {
    if (bytes > 0 && bytes + event.length > maxPieceBytes) flush();
    if (withIds) piece.push(Buffer.from(`id: ${first + index}\n`));
    piece.push(event);
    bytes += event.length;
  }
  flush();
  return waiting;
}

/** Only server-sent events have a place for ids. */
export function canHaveIds(headers: Readonly<Record<string, string>>): boolean {
  return headers['content-type']?.startsWith('text/event-stream') === true;
}
