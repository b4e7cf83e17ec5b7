import { describe, expect, test } from 'vitest';
import { type Stitch, stitchPrefilled, stitchRepeated } from '../../lib/policy/stitch.ts';
import { randomFrom } from '../support/random.ts';

const delivered = 'The quick brown fox jumps over the lazy dog and runs';
const sizes = [1, 2, 7, 23, 24, 25, 60, 1000];

/** The new text of `second`, or `undefined` when the stitch gives up, for each way of cutting it. */
function outcomes(make: () => Stitch, second: string): (string | undefined)[] {
  return sizes.map((size) => {
    const stitch = make();
    try {
      let text = '';
      for (let at = 0; at < second.length; at += size) text += stitch.take(second.slice(at, at + size));
      return text + stitch.end();
    } catch {
      return undefined;
    }
  });
}

/** The one outcome, however the second answer is cut. */
function outcome(make: () => Stitch, second: string): string | undefined {
  const [first, ...others] = outcomes(make, second);
  for (const other of others) expect(other).toBe(first);
  return first;
}

describe('a stitch of repeated text', () => {
  test.each([
    ['repeats the last 60 characters', delivered.slice(-60), ' away.'],
    ['repeats the last 24 characters', delivered.slice(-24), ' away.'],
    ['repeats everything', delivered, ' away.'],
    ['repeats everything and adds nothing', delivered, ''],
  ])('keeps only what is new when the second answer %s', (_, repeated, fresh) => {
    expect(outcome(() => stitchRepeated(delivered), repeated + fresh)).toBe(fresh);
  });

  test.each([
    ['repeats 23 characters', `${delivered.slice(-23)} away.`],
    ['says something else', 'Certainly! Here is a poem about a fox that runs and runs.'],
    ['starts again in other words', 'The quick brown fox hops over the lazy dog and runs away.'],
    ['ends inside the repeated text', delivered.slice(0, 40)],
    ['is empty', ''],
  ])('gives up when the second answer %s', (_, second) => {
    expect(outcome(() => stitchRepeated(delivered), second)).toBeUndefined();
  });

  const periods = ['-', ' ', '0', 'la ', '|---', '    ', 'ha ha ', '=-', '\u2014', '* * * '];
  test.each(periods)('gives up on periodic text: %j', (period) => {
    for (const length of [100, 150, 1000]) {
      const periodic = period.repeat(length).slice(0, length);
      for (const repeated of [24, 40, 60, length]) {
        for (const added of [1, 20, 40, 200]) {
          const second = period.repeat(length + added).slice(length - repeated, length + added);
          expect(outcome(() => stitchRepeated(periodic), second)).toBeUndefined();
        }
      }
    }
  });

  test('keeps only what is new when periodic text follows words that occur once', () => {
    const table = `| Name | Age | Town |\n${'|---'.repeat(6)}`;
    expect(outcome(() => stitchRepeated(table), `${table.slice(-36)}|\n| Ann |`)).toBe('|\n| Ann |');
  });

  test('never adds or loses a character of a random answer that follows the instruction', () => {
    const random = randomFrom('stitch');
    let joined = 0;
    for (let round = 0; round < 300; round++) {
      const alphabet = ['ab', 'a b', 'abcdefghij ', '-|'][round % 4] ?? 'ab';
      const letters = (count: number) =>
        Array.from({ length: count }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
      const first = letters(30 + Math.floor(random() * 300));
      const fresh = letters(Math.floor(random() * 200));
      const result = outcome(() => stitchRepeated(first), first.slice(-60) + fresh);
      if (result === undefined) continue;
      joined++;
      expect(result).toBe(fresh);
    }
    expect(joined).toBeGreaterThan(100);
  });

  test('takes time in proportion to the text', () => {
    const long = 'ab'.repeat(500_000);
    const started = performance.now();
    expect(outcome(() => stitchRepeated(long), long.slice(-60) + long)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('a stitch of prefilled text', () => {
  test.each([
    [' away, far away, home.', ' away, far away, home.'],
    [' away.', ' away.'],
    ['', ''],
  ])('adds what the model writes: %j', (second, fresh) => {
    expect(outcome(() => stitchPrefilled(delivered), second)).toBe(fresh);
  });

  test.each([
    ['\n\nNext', 'Next'],
    ['\nNext', 'Next'],
    ['Next', 'Next'],
    ['\n\n\nNext', '\nNext'],
  ])('restores white space that the request left out, once: %j', (second, fresh) => {
    expect(outcome(() => stitchPrefilled('A line.\n\n'), second)).toBe(fresh);
  });

  test('removes what a server repeats that ignores the prefill', () => {
    expect(outcome(() => stitchPrefilled(delivered), `${delivered} away.`)).toBe(' away.');
    expect(outcome(() => stitchPrefilled(delivered), `${delivered.slice(-30)} away.`)).toBe(' away.');
  });

  test.each([
    ['starts again', 'one two three four', 'one two three four five'],
    ['starts again in other words', delivered, 'The quick brown cat sat down.'],
    ['starts again after a line break', delivered, '\nThe quick brown cat sat down.'],
    ['repeats the last words', delivered, 'and runs away.'],
    ['repeats a piece from the middle', delivered, 'brown fox jumps over the moon.'],
    ['continues periodic text', '-'.repeat(100), '-'.repeat(40)],
  ])('gives up when the server %s', (_, first, second) => {
    expect(outcome(() => stitchPrefilled(first), second)).toBeUndefined();
  });
});
