import { write, writeSync } from 'node:fs';
import { after } from '../time/after.ts';

/** Lines that wait to be written, in characters. Above this, new ones are dropped, so memory is bounded. */
const maxWaiting = 4 << 20;
/** The pause before a full pipe is tried again, in milliseconds. */
const retryMs = 10;

export interface LineWriter {
  /** Adds a line. Returns before it is written. */
  write(line: string): void;
  /** Resolves when every line is written. Never rejects. */
  flush(): Promise<void>;
}

/**
 * Writes lines to a file descriptor without blocking the event loop. `process.stdout.write` blocks for a file and a pipe,
 * so a slow reader of the log would stop every stream. All lines of a turn are one write. Lines that still wait when the
 * process exits are written then. A reader that falls far behind loses lines, and the log says how many.
 *
 * Not for a Lambda function. It freezes after its response and would keep the line until the next request.
 */
export function lineWriter(fd: number): LineWriter {
  let waiting: string[] = [];
  let size = 0;
  let dropped = 0;
  let working: Promise<void> | undefined;

  const take = () => {
    if (dropped > 0) waiting.push(`${droppedLine(dropped)}\n`);
    const bytes = Buffer.from(waiting.join(''));
    waiting = [];
    size = 0;
    dropped = 0;
    return bytes;
  };
  async function drain(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (size > 0) await writeAll(fd, take());
    working = undefined;
  }
  process.once('exit', () => {
    if (size > 0) writeNow(fd, take());
  });
  return {
    write(line) {
      if (size > maxWaiting) {
        dropped++;
        return;
      }
      waiting.push(`${line}\n`);
      size += line.length + 1;
      working ??= drain();
    },
    async flush() {
      while (working) await working;
    },
  };
}

function droppedLine(count: number): string {
  const msg = 'log lines were dropped because their reader is too slow';
  return JSON.stringify({ ts: new Date().toISOString(), level: 'warn', msg, count });
}

/** Resolves when all bytes are written, or when the reader is gone. */
async function writeAll(fd: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { error, written } = await new Promise<{ error: NodeJS.ErrnoException | null; written: number }>((resolve) =>
      write(fd, bytes, at, bytes.length - at, null, (error, written) => resolve({ error, written: written ?? 0 })),
    );
    if (error && error.code !== 'EAGAIN') return;
    if (error) await new Promise<void>((resolve) => after(retryMs, resolve));
    at += written;
  }
}

function writeNow(fd: number, bytes: Buffer): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  } catch {
    // The reader is gone or too slow, and the process is exiting.
  }
}
