import { describe, expect, test } from 'vitest';
import { writeAwsEventStream } from '../../lib/wire/aws-event-stream.ts';
import { checkPieces } from './checker/check.ts';

const event = (size = 10) => `data: ${'x'.repeat(size)}\n\n`;
const rulesOf = (...pieces: string[]) =>
  checkPieces(pieces.map((piece) => Buffer.from(piece))).map((violation) => violation.split(':')[0]);

describe('checkPieces', () => {
  test('accepts whole events, several at once, and a single long one', () => {
    expect(rulesOf(event(), event() + event(), event(20_000))).toEqual([]);
  });

  test('reads binary messages too', () => {
    const message = Buffer.from(writeAwsEventStream({ event: 'metadata', data: '{}' }));
    const large = Buffer.from(writeAwsEventStream({ event: 'metadata', data: `"${'x'.repeat(9000)}"` }));
    expect(checkPieces([message, Buffer.concat([message, message])])).toEqual([]);
    expect(checkPieces([message.subarray(0, 20)])[0]).toContain('whole-events');
    expect(checkPieces([Buffer.concat([large, large])])[0]).toContain('write-size');
  });

  test('whole-events rejects a write that ends inside an event', () => {
    expect(rulesOf(event().slice(0, 8), event().slice(8))).toEqual(['whole-events']);
    expect(rulesOf(event().slice(0, -1), '\n\n')).toEqual(['whole-events']);
  });

  test('write-size rejects many events in more than 16 KiB', () => {
    expect(rulesOf(event(9000) + event(9000))).toEqual(['write-size']);
  });
});
