import { createContext, Script } from 'node:vm';
import { afterAll, describe, expect, test } from 'vitest';
import { covered, isFull } from '../support/extent.ts';
import { type Found, regularExpressions } from './regular-expressions.ts';

const size = 64 * 1024;
/** A pass over 64 KiB takes a fraction of a millisecond; one that grows with the square of it takes seconds. */
const allowedMs = 150;
/** A full run tries thousands of texts against each expression. */
const patience = 600_000;

/** Expressions that see nothing but what the operator wrote. */
const operatorsOwn =
  /^(?:lib\/(?:config|emulator)\/|functions\/(?:dev|welcome)\.ts|lib\/providers\/(?:http-provider|bedrock-signing)\.ts: \/\\\/\+\$\/)/;

const found = regularExpressions('lib', 'functions').filter(({ title }) => !operatorsOwn.test(title));

/** Texts that make a backtracking matcher try much: a beginning, a part again and again, an end that fits nothing. */
function* attacks({ pattern }: Found): Generator<string> {
  const words = [...new Set(pattern.source.match(/[A-Za-z0-9:_-]{2,}/g) ?? [])];
  const characters = [...new Set([...pattern.source.replace(/\\[A-Za-z]|[A-Za-z]{2,}/g, ''), ...' a0/\\".'])];
  const parts = [...characters, ...words, ...(isFull ? pairsOf([...characters, ...words, '\t', '\r', '\n', 'é']) : [])];
  const beginnings = isFull ? ['', ...words, ...characters] : ['', ...words.slice(0, 2)];
  for (const part of parts) {
    const middle = part.repeat(Math.ceil(size / part.length));
    for (const beginning of beginnings) yield `${beginning}${middle}\u0000!`;
  }
}

function pairsOf(parts: readonly string[]): string[] {
  return parts.flatMap((one) => parts.map((other) => one + other));
}

let tried = 0;
afterAll(() => covered(`${found.length} regular expressions, ${tried} hostile texts of ${size / 1024} KiB`));

const context = createContext({});
const everywhere = new Script('text.replace(pattern, "")');

/** How long it takes to look for the expression everywhere in this text; more than a second is not waited for. */
function timed(pattern: RegExp, text: string): number {
  Object.assign(context, { pattern, text });
  const started = performance.now();
  try {
    everywhere.runInContext(context, { timeout: 1000 });
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  return performance.now() - started;
}

describe('a regular expression on foreign input', () => {
  test('is found anywhere in the sources', () => {
    expect(found.length).toBeGreaterThan(40);
    expect(found.map(({ title }) => title)).toContain('lib/wire/sse.ts: /\\r\\n?|\\n/g');
  });

  test('is reported if it takes too long', () => {
    expect(timed(/(a+)+$/, `${'a'.repeat(size)}!`)).toBeGreaterThan(allowedMs);
    expect(timed(/\s+$/, `${' '.repeat(size)}!`)).toBeGreaterThan(allowedMs);
  });

  test.each(found.map((one) => [one.title, one] as const))(
    '%s takes time in proportion to its text',
    {
      timeout: patience,
    },
    (_, one) => {
      for (const text of attacks(one)) {
        // A small part first: what is slow in it would never end in the whole.
        tried++;
        if (timed(one.pattern, text) < allowedMs) continue;
        // Once may be the machine's fault.
        const best = Math.min(timed(one.pattern, text), timed(one.pattern, text));
        expect(best, JSON.stringify(`${text.slice(0, 30)}…`)).toBeLessThan(allowedMs);
      }
    },
  );
});
