import { describe, expect, test } from 'vitest';
import type { Batch } from '../../lib/streams/batch.ts';
import { recordReader, recordsOf } from '../../lib/streams/records.ts';
import { maxRecordBytes } from '../../lib/streams/stream-log.ts';
import { randomFrom } from '../support/random.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function read(records: readonly Uint8Array[]): Batch[] {
  const reader = recordReader();
  return records.map(reader).filter((batch) => batch !== undefined);
}

const plain = (batch: Batch | undefined) => batch && { ...batch, events: batch.events.map((event) => [...event]) };

/** Bytes that don't compress. */
function noise(length: number): Uint8Array {
  const random = randomFrom('noise');
  return Uint8Array.from({ length }, () => random() * 256);
}

describe('records', () => {
  test.each<[string, Batch]>([
    ['no events', { first: 0, events: [], end: 'finished' }],
    ['one event', { first: 3, events: [bytes('data: {"a":1}\n\n')] }],
    ['an empty event between others', { first: 0, events: [bytes('a'), bytes(''), bytes('b')] }],
    ['text of several bytes a character', { first: 200, events: [bytes('data: "こんにちは 🎈"\n\n')] }],
    ['every byte there is', { first: 0, events: [Uint8Array.from({ length: 256 }, (_, at) => at)] }],
    [
      'the opening',
      {
        first: 0,
        events: [bytes('x')],
        opening: {
          status: 200,
          headers: { 'content-type': 'a' },
          streamed: true,
          failures: { producer_lost: ['\u00ff'], streams_unavailable: [] },
        },
      },
    ],
  ])('return the original batch: %s', (_, batch) => {
    const records = recordsOf(batch);
    expect(records).toHaveLength(1);
    expect(plain(read(records)[0])).toEqual(plain(batch));
  });

  test('split a batch that is too large for one, and return it whole', () => {
    const batch: Batch = { first: 0, events: [bytes('first'), noise(500_000), bytes('last')] };
    const records = recordsOf(batch);
    expect(records.length).toBeGreaterThan(2);
    expect(Math.max(...records.map(({ length }) => length))).toBeLessThanOrEqual(maxRecordBytes);
    expect(plain(read(records)[0])).toEqual(plain(batch));
    expect(read(records.slice(0, -1))).toEqual([]);
  });

  test('drop a batch whose producer died while writing it', () => {
    const cut = recordsOf({ first: 0, events: [noise(500_000)] }).slice(0, 2);
    const end: Batch = { first: 0, events: [bytes('lost')], end: 'lost' };
    expect(read([...cut, ...recordsOf(end)]).map(plain)).toEqual([plain(end)]);
  });

  test('reject an unknown format', () => {
    expect(() => read([Uint8Array.of(2 | 0x40, 1, 2, 3)])).toThrow('the form 2');
  });

  test('hold a second of 50 tokens in less than one write unit', () => {
    const words = 'the a stream of tokens ends when its provider ends it and nothing else is ever called an end'.split(' ');
    const random = randomFrom('words');
    const event = () => {
      const word = words[Math.floor(random() * words.length)];
      const choice = `{"index":0,"delta":{"content":" ${word}"},"finish_reason":null}`;
      return bytes(
        `data: {"id":"chatcmpl-9f3kLm2QxT7vBz","object":"chat.completion.chunk","created":1764556800,"model":"gpt-4o-mini","choices":[${choice}]}\n\n`,
      );
    };
    const events = Array.from({ length: 50 }, event);
    const [record] = recordsOf({ first: 50, events });
    // A kilobyte, less the item's key and the names of its attributes.
    expect(record?.length).toBeLessThan(800);
  });
});
