import { expect, test } from 'vitest';
import { GrowingJson } from '../../lib/stream/growing-json.ts';
import { randomFrom } from '../support/random.ts';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const texts = [
  '{"a":{"b":[1,2,{"c":"}]\\"{[\\\\"}]},"d":null} ',
  ' [1, "]", [], {}]\n\t',
  '{}{}',
  '{"a":1}x',
  '{"a":1}}',
  '[1}',
  '{"a":}',
  '"text with } and {"',
  '12.5e3',
  'true',
  'nonsense {}',
  '{} \u000b',
  '[] \u00a0',
  '',
  '{"\\u007b":"é🌍"}',
];

test('is complete exactly after the pieces that complete the JSON text', () => {
  const random = randomFrom('growing');
  for (const text of texts) {
    for (let round = 0; round < 20; round++) {
      const json = new GrowingJson();
      for (let at = 0; at < text.length; ) {
        const end = at + 1 + Math.floor(random() * 3);
        json.add(text.slice(at, end));
        at = end;
        expect(json.isWhole(), text.slice(0, end)).toBe(parses(text.slice(0, end)));
      }
      expect(json.isBlank).toBe(text.trim() === '');
    }
  }
});

test('takes linear time for a megabyte in as many pieces', () => {
  for (const [begin, piece] of [
    ['{"a":"', 'x'],
    ['', '{}'],
    ['', '9'],
    ['{"a":', '['],
    ['{}', ' '],
  ] as const) {
    const json = new GrowingJson();
    json.add(begin);
    const started = performance.now();
    for (let count = 0; count < 100_000; count++) {
      json.add(piece);
      json.isWhole();
    }
    expect(performance.now() - started, begin + piece).toBeLessThan(2_000);
  }
});
