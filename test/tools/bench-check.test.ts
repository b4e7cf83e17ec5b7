import { describe, expect, test } from 'vitest';
import { writesOf } from '../../tools/bench/answers.ts';
import { checkAnswer } from '../../tools/bench/check.ts';
import type { Row } from '../../tools/bench/rows.ts';

const shape = { tokens: 100, tokensPerWrite: 1, tokensPerSecond: 0 };
const pipe: Row = { name: 'pipe', through: 'pipe', client: 'bedrock', upstream: 'bedrock' };
const gateway = (client: Row['client']): Row => ({ name: client, through: 'gateway', client, upstream: 'openai' });

describe('a measurement is void', () => {
  for (const row of [pipe, gateway('openai'), gateway('anthropic'), gateway('bedrock')]) {
    const writes = writesOf(row.client, shape);
    const check = (pieces: readonly Uint8Array[]) => () => checkAnswer(row, shape, Buffer.concat(pieces));

    test(`if the answer is incomplete: ${row.name}`, () => {
      expect(check(writes)).not.toThrow();
    });
    test(`if a token is missing: ${row.name}`, () => {
      expect(check(writes.toSpliced(50, 1))).toThrow();
    });
    test(`if two tokens are swapped: ${row.name}`, () => {
      expect(check(writes.toSpliced(50, 2, ...writes.slice(50, 52).reverse()))).toThrow();
    });
    test(`if the answer has no end: ${row.name}`, () => {
      expect(check(writes.slice(0, -1))).toThrow();
    });
  }
});
