import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Phrase {
  readonly pattern: RegExp;
  /** A sentence that has the phrase. */
  readonly example: string;
  /** What is wrong with it, and what to write instead. */
  readonly instead: string;
}

/** Phrases that made texts hard to read. Each was replaced everywhere, so one that comes back is a slip. */
const phrases: readonly Phrase[] = [
  { pattern: /\bwhoever\b/i, example: 'Whoever reads it meanwhile waits.', instead: 'Name the actor: the client, the operator.' },
  {
    pattern: /\b(is|are|be|was|were) told\b/i,
    example: 'The client is told why.',
    instead: 'Say who does what: "the response says why".',
  },
  { pattern: /\b(is|are|be|was) let in\b/i, example: 'No key is let in.', instead: 'Use authenticate, accept or reject.' },
  { pattern: /\bgo(es|ing)? on (with|to|in|until|from|as)\b/i, example: 'It goes on with the next.', instead: 'Use continue.' },
  { pattern: /\b(takes?|taken) (it )?up by\b/i, example: 'It is taken up by the next target.', instead: 'Use continue.' },
  {
    pattern: /\bstands? (beside|behind|before|in the|under|there|where|at)\b/i,
    example: 'It stands beside the key.',
    instead: 'Use is: "the file is next to the configuration".',
  },
  {
    pattern: /\b(own|last) words?\b|\bthe word (for|of|that)\b/i,
    example: 'The provider’s own words are kept.',
    instead: 'Use the exact term: message, name, value, code.',
  },
  { pattern: /\b(its|their|the) makers?\b/i, example: 'It goes back to its maker.', instead: 'Use vendor.' },
  {
    pattern: /\b(mended|blotted|conceal(s|ed)?|besides? itself)\b/i,
    example: 'Secrets are blotted out.',
    instead: 'Use fix and redact.',
  },
  {
    pattern: /\b(that|which|what) is (no|none)\b/i,
    example: 'What is no JSON is refused.',
    instead: 'Use is not: "rejects anything that is not JSON".',
  },
  { pattern: /\b(is|not) at hand\b/i, example: 'The key is not at hand.', instead: 'Use available.' },
  {
    pattern: /\b(anyhow|in vain|anew|for ever)\b/i,
    example: 'It is sent anew.',
    instead: 'Use anyway, without effect, again, forever.',
  },
  {
    pattern: /\bas (it|they) came\b/i,
    example: 'The body goes out as it came.',
    instead: 'Use unchanged.',
  },
  {
    pattern: /\bcame about\b|\bcomes? to grief\b|\bby its own account\b/i,
    example: 'No connection came about.',
    instead: 'Say what failed: "the gateway could not connect".',
  },
  {
    pattern: /\bcallers?['’]s? (own|dialect|body|key)\b/i,
    example: 'An error in the caller’s dialect.',
    instead: 'Use client. A caller is code that calls a function.',
  },
  {
    pattern: /\bis called like\b|\basked directly\b/i,
    example: 'This is not asked directly.',
    instead: 'Say what to do instead.',
  },
  {
    pattern: /\bturn(s|ed)? (the request |it |them )?away\b/i,
    example: 'Lambda turned it away.',
    instead: 'Use reject or throttle.',
  },
  { pattern: /\bthe (gateway|provider|server) answers nobody\b/i, example: 'The server answers nobody.', instead: 'Use reject.' },
];

const folders = ['lib', 'functions', 'infra', 'tools', 'docs', 'examples'];
const isText = (name: string) => /\.(ts|js|md|css|html)$/.test(name);

/** Errors of real providers, which the emulator repeats word for word. */
const quoted = /^lib\/emulator\/.*must contain the word 'json'/;

interface Line {
  readonly place: string;
  readonly text: string;
}

const lines: readonly Line[] = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((path) => isText(path))
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .map((text, index): Line => ({ place: `${path}:${index + 1}`, text })),
    ),
);

test('reads the sources and the documentation', () => {
  expect(lines.length).toBeGreaterThan(20_000);
  for (const folder of folders) expect(lines.some(({ place }) => place.startsWith(`${folder}/`))).toBe(true);
});

describe('texts use plain English', () => {
  test.each(phrases)('not like this: $example', ({ pattern, example, instead }) => {
    expect(example).toMatch(pattern);
    const found = lines.filter(({ place, text }) => pattern.test(text) && !quoted.test(place + text));
    expect(
      found.map(({ place, text }) => `${place} ${text.trim()}`),
      instead,
    ).toEqual([]);
  });
});
