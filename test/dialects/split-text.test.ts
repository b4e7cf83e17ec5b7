import { describe, expect, test } from 'vitest';
import { pieces } from '../../lib/dialects/split-text.ts';

const bytesInJson = (text: string) => Buffer.byteLength(JSON.stringify(text));

describe('pieces', () => {
  test('returns short and empty text as one piece', () => {
    expect([...pieces('hello')]).toEqual(['hello']);
    expect([...pieces('')]).toEqual(['']);
  });

  test.each([
    ['letters', 'a'.repeat(100_000)],
    ['four-byte characters', '😀'.repeat(20_000)],
    ['three-byte characters', '北'.repeat(20_000)],
    ['control characters', '\u0001'.repeat(20_000)],
    ['quotes', '"\\'.repeat(20_000)],
  ])('splits long text of %s between code points, without loss', (_, text) => {
    const cut = [...pieces(text)];
    expect(cut.join('')).toBe(text);
    expect(cut.length).toBeGreaterThan(1);
    for (const piece of cut) {
      expect(piece.isWellFormed()).toBe(true);
      expect(bytesInJson(piece)).toBeLessThanOrEqual(15 * 1024 + 2);
    }
  });

  test('makes no piece smaller than necessary', () => {
    expect([...pieces('a'.repeat(30_000))].map((piece) => piece.length)).toEqual([15_360, 14_640]);
  });
});
