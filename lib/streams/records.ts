import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Batch } from './batch.ts';
import { dictionary } from './dictionary.ts';
import { maxRecordBytes } from './stream-log.ts';

/** The first byte of a record: which form it has, whether a batch begins in it, and whether the batch continues in the next one. */
const form = 1;
const begins = 0x40;
const goesOn = 0x80;

/**
 * A batch as the records that hold it, nearly always one. The events of a stream repeat each other, so a second of them
 * compresses to less than the kilobyte that one write unit holds. The dictionary saves the first repetition.
 */
export function recordsOf(batch: Batch): Uint8Array[] {
  const { events, ...members } = batch;
  const head = Buffer.from(JSON.stringify(members));
  const numbers = [head.length, events.length, ...events.map(({ length }) => length)];
  const plain = Buffer.concat([Buffer.from(numbers.flatMap(varint)), head, ...events]);
  const packed = deflateRawSync(plain, { level: 9, dictionary });
  const records: Uint8Array[] = [];
  for (let at = 0; at < packed.length; at += maxRecordBytes - 1) {
    const part = packed.subarray(at, at + maxRecordBytes - 1);
    const isLast = at + part.length === packed.length;
    records.push(Buffer.concat([Buffer.of(form | (at === 0 ? begins : 0) | (isLast ? 0 : goesOn)), part]));
  }
  return records;
}

/**
 * Reads the records of one stream in turn: the batch that a record completes, or nothing while a batch is incomplete. A batch
 * whose producer died in the middle of it is dropped when the next one begins.
 */
export function recordReader(): (record: Uint8Array) => Batch | undefined {
  let parts: Uint8Array[] = [];
  return (record) => {
    const first = record[0] ?? 0;
    const found = first & ~(begins | goesOn);
    if (found !== form) throw new Error(`A stored record has the form ${found}, which is not known.`);
    if (first & begins) parts = [];
    parts.push(record.subarray(1));
    return first & goesOn ? undefined : unpack(inflateRawSync(Buffer.concat(parts), { dictionary }));
  };
}

function unpack(plain: Buffer): Batch {
  let at = 0;
  const number = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = plain[at++];
      if (byte === undefined) throw new Error('A stored record is cut short.');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const slice = (length: number) => {
    at += length;
    return plain.subarray(at - length, at);
  };
  const headLength = number();
  const lengths = Array.from({ length: number() }, number);
  const members = JSON.parse(slice(headLength).toString()) as Omit<Batch, 'events'>;
  return { ...members, events: lengths.map(slice) };
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}
