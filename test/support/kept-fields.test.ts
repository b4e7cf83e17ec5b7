import { describe, expect, test } from 'vitest';
import { lostFields } from './kept-fields.ts';

describe('lostFields', () => {
  test('names what is missing at its path', () => {
    const before = [{ a: 1, b: { c: ['x', 'y'] } }, { choices: [{ index: 1, d: true }] }];
    expect(lostFields(before, before)).toEqual([]);
    expect(lostFields(before, [{ a: 2, b: { c: ['x'] } }, { choices: [{ index: 0, d: true }] }])).toEqual([
      'a = 1',
      'b.c.* = "y"',
      'choices.1.index = 1',
      'choices.1.d = true',
    ]);
  });

  test('ignores values without content', () => {
    expect(lostFields([{ a: null, b: '', c: [], d: {}, e: 0, f: false }], [{}])).toEqual(['e = 0', 'f = false']);
  });
});
