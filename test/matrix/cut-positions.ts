import { randomFrom } from '../support/random.ts';
import type { Case } from './cases.ts';

const maxBoundaries = 16;
const randomPositions = 10;

/** Where a recording is cut: before its first byte, between its events (all of them where they are few), and anywhere. */
export function cutPositions({ title, wire, bytes }: Case): number[] {
  const random = randomFrom(title);
  const boundaries = wire === 'sse' ? eventEnds(bytes) : messageEnds(bytes);
  const chosen = boundaries.length <= maxBoundaries ? boundaries : sample(boundaries, maxBoundaries, random);
  const anywhere = Array.from({ length: randomPositions }, () => Math.floor(random() * bytes.length));
  return [...new Set([0, ...chosen, ...anywhere])].sort((a, b) => a - b);
}

/** Where each event of server-sent events ends. */
export function eventEnds(bytes: Uint8Array): number[] {
  const text = Buffer.from(bytes).toString('latin1');
  return [...text.matchAll(/\r?\n\r?\n/g)].map((match) => match.index + match[0].length);
}

/** Where each binary message ends. */
export function messageEnds(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ends.push(at)) at += view.getUint32(at);
  return ends;
}

function sample(from: readonly number[], count: number, random: () => number): number[] {
  return Array.from({ length: count }, () => from[Math.floor(random() * from.length)] ?? 0);
}
