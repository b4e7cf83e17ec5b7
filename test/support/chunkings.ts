import type { Bytes } from '../../lib/wire/frame.ts';

/** A way in which a network might cut bytes; the same bytes are always cut the same way. */
export type Chunking = (bytes: Uint8Array) => Bytes;

/** All in one piece. */
export const whole: Chunking = async function* (bytes) {
  if (bytes.length > 0) yield bytes;
};

/** Byte by byte. */
export const oneByte: Chunking = (bytes) => pieces(bytes, () => 1);

/** Two pieces, cut before the byte at `position`. */
export function cutAt(position: number): Chunking {
  return async function* (bytes) {
    yield bytes.subarray(0, position);
    yield bytes.subarray(position);
  };
}

/** Pieces of 1 to `maxSize` bytes, by a generator that starts at `seed`. */
export function random(seed: number, maxSize: number): Chunking {
  return (bytes) => {
    let state = seed >>> 0;
    return pieces(bytes, () => {
      // A linear congruential generator: its high bits are random enough to choose sizes.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return 1 + Math.floor((state / 2 ** 32) * maxSize);
    });
  };
}

/** The cuts that every property is tried with: `for (const { name, cut } of chunkings)`. */
export const chunkings: readonly { readonly name: string; readonly cut: Chunking }[] = [
  { name: 'whole', cut: whole },
  { name: '1 byte', cut: oneByte },
  { name: '1 to 7 bytes', cut: random(7, 7) },
  { name: '1 to 1500 bytes', cut: random(1500, 1500) },
];

async function* pieces(bytes: Uint8Array, nextSize: () => number): Bytes & AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + nextSize();
    yield bytes.subarray(start, end);
    start = end;
  }
}
