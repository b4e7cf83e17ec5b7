import { gzipSync } from 'node:zlib';
import { describe, test } from 'vitest';
import { chunkOf, endOfChunks, streamHead } from '../support/http-bytes.ts';
import { type ProviderStream, wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { cellsOf, prove } from './cells.ts';
import { type Fault, spoiled, tolerated } from './fault.ts';

const words = new Map<number, string>();

let bomb: Buffer | undefined;

/** One event of 40 MiB in 40 KiB. */
function bombOf({ wire }: ProviderStream): Buffer {
  if (wire !== 'sse') return gzipSync(Buffer.alloc(40 << 20));
  bomb ??= gzipSync(Buffer.concat([Buffer.from('data: '), Buffer.alloc(40 << 20, 'a')]));
  return bomb;
}

/** So many mebibytes of text. */
function sized(mebibytes: number): string {
  const known = words.get(mebibytes) ?? 'x'.repeat(mebibytes << 20);
  words.set(mebibytes, known);
  return known;
}

const tooLarge = { outcome: 'upstream_protocol_error', says: 'more than 33554432 bytes' } as const;

const faults: readonly Fault[] = [
  ...[1, 8].map((mebibytes) =>
    tolerated(
      28,
      `an event of ${mebibytes} MiB`,
      (providerStream) => Buffer.concat(wholeAnswer(providerStream, sized(mebibytes))),
      {
        text: sized(mebibytes),
      },
    ),
  ),
  ...spoiled(28, 'an event of more than 32 MiB', {
    bytes: (providerStream) => providerStream.text(sized(33)),
    before: tooLarge,
    after: tooLarge,
  }),
  {
    row: 23,
    name: 'a gzip bomb, 1 to 1000',
    outcome: 'upstream_protocol_error',
    behave({ providerStream, socket }) {
      const head = streamHead(providerStream, ['content-encoding: gzip']);
      socket.end(Buffer.concat([head, chunkOf(bombOf(providerStream)), endOfChunks]));
    },
  },
];

// One after the other, and by themselves: each takes the processor for a while.
describe('a huge event', () => {
  for (const cell of cellsOf(faults)) test(cell.title, () => prove(cell, ['alone']));
});
