import { describe, expect, test } from 'vitest';
import { Utf8Decoder } from '../../lib/wire/utf8-decoder.ts';
import { chunkings } from '../support/chunkings.ts';

/** Valid and invalid sequences: overlong forms, surrogates, lone bytes, too large code points, byte order marks. */
const samples = [
  'plain text\n',
  '\ufeffbyte order mark\n\ufeff',
  'ä€😀\n',
  [0xc0, 0x80, 0x0a],
  [0xed, 0xa0, 0x80, 0x0a],
  [0xf4, 0x90, 0x80, 0x80, 0x0a],
  [0xe2, 0x82, 0x0a, 0xf0, 0x9f, 0x98, 0x41, 0x80, 0xff, 0x0a],
  [0xf0, 0x9f, 0x98],
  [0xe2, 0x82],
];

describe('Utf8Decoder', () => {
  test.each(samples.map((sample) => [sample]))('decodes %j like the standard, for every split', async (sample) => {
    const bytes = Buffer.concat(Array.from({ length: 4 }, () => Buffer.from(sample as string)));
    const expected = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    for (const { name, cut } of chunkings) {
      const decoder = new Utf8Decoder();
      let text = '';
      for await (const piece of cut(bytes)) text += decoder.decode(piece);
      expect(text + decoder.end(), name).toBe(expected);
    }
  });

  test('decodes random bytes like the standard', () => {
    let state = 7;
    const next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 16;
    };
    const bytesOf = [0x41, 0x0a, 0x80, 0xbf, 0xc3, 0xe2, 0xed, 0xa0, 0xf0, 0x9f, 0xf4, 0x90, 0xff, 0xef, 0xbb];
    for (let round = 0; round < 500; round++) {
      const pieces = Array.from({ length: 6 }, () =>
        Uint8Array.from({ length: next() % 6 }, () => bytesOf[next() % bytesOf.length] ?? 0),
      );
      const decoder = new Utf8Decoder();
      const text = pieces.map((piece) => decoder.decode(piece)).join('') + decoder.end();
      expect(text).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(pieces)));
    }
  });
});
