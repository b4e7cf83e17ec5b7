import { afterAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../lib/stream/json.ts';
import { isObject } from '../../lib/stream/json.ts';
import type { Item } from '../fuzz/answer.ts';
import { models } from '../fuzz/models.ts';
import { talkers } from '../fuzz/talkers.ts';
import { wires } from '../fuzz/wires/all.ts';
import { clientDialects } from '../matrix/cases.ts';
import type { CheckedDialect } from '../support/checker/check.ts';
import { random } from '../support/chunkings.ts';
import { covered } from '../support/extent.ts';
import { translate } from '../support/translate.ts';

/*
 * Loops over what others wrote, found by themselves: every list and every string of a request is made long, and so is
 * every kind of content of an answer. Eight times as much may take eight times as long, not sixty-four.
 */

const small = 300;
const growth = 8;
/** Linear is 8, quadratic is 64. The rest is for the noise of a busy machine. */
const allowed = 30;
/** What is faster than this has not grown enough to matter, in milliseconds. */
const fast = 60;

let tried = 0;
afterAll(() => covered(`${tried} inputs, each of two sizes`));

/** How many times as long the large input takes; the best of three, since other processes take time too. */
async function growthOf(run: (size: number) => unknown): Promise<number> {
  tried++;
  const timed = async (size: number) => {
    const started = performance.now();
    await run(size);
    return performance.now() - started;
  };
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3 && best > allowed; round++) {
    const before = Math.max(await timed(small), 0.5);
    const after = await timed(small * growth);
    best = Math.min(best, after < fast ? 1 : after / before);
  }
  return best;
}

/** The value with one place of it made long: a list repeats its last item, a string itself. */
function grown(value: Json, path: readonly (string | number)[], size: number): Json {
  const [step, ...rest] = path;
  if (step === undefined) {
    if (typeof value === 'string') return value.repeat(Math.ceil((size * 16) / Math.max(value.length, 1)));
    if (!Array.isArray(value)) return value;
    return Array.from({ length: size }, (_, at) => value[at % value.length] ?? null);
  }
  if (Array.isArray(value)) return value.map((item, at) => (at === step ? grown(item, rest, size) : item));
  if (!isObject(value)) return value;
  return { ...value, [step]: grown(value[step] ?? null, rest, size) };
}

/** The places of all lists and strings. */
function placesIn(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value === 'string') return [path];
  if (Array.isArray(value)) return [path, ...value.flatMap((item, at) => placesIn(item, [...path, at]))];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => placesIn(member ?? null, [...path, name]));
}

const call = { id: 'call_1', name: 'f', given: { city: 'a' }, blank: false, result: 'r' };
const conversation = {
  system: 's',
  exchanges: [{ said: 'a', picture: true, thought: 't', text: 'x', calls: [call, { ...call, id: 'call_2' }] }],
  last: 'b',
  maxTokens: 2000,
};

describe.each(talkers.map((talker) => [talker.name, talker] as const))('a request of a %s client', (_, { dialect, body }) => {
  const whole = body(conversation);
  const places = placesIn(whole).map((path) => [path.join('.'), path] as const);

  test.each(places)('takes linear time in %s', { timeout: 60_000 }, async (_name, path) => {
    const grew = await growthOf((size) => {
      const large = grown(whole, path, size) as JsonObject;
      try {
        const request = dialect.parse({ ...large, model: 'm', stream: true });
        for (const { name, provider } of wires) {
          try {
            provider.build(request, models[name] ?? 'model');
          } catch {
            // A refusal has to be fast too.
          }
        }
      } catch {
        // As above.
      }
    });
    expect(grew).toBeLessThan(allowed);
  });
});

const style = {
  lineEnd: '\n',
  comments: false,
  tight: false,
  terminator: true,
  usage: 'apart',
  wholeCalls: false,
  opening: 'role',
  firstIndex: 0,
} as const;
const kinds: Record<string, (at: number) => Item> = {
  text: () => ({ kind: 'text', text: 'word', cuts: [1, 2, 3], signature: '' }),
  'signed reasoning': () => ({ kind: 'reasoning', text: 'hm', cuts: [1], signature: 'AAAA' }),
  'text and reasoning in turn': (at) =>
    at % 2 ? { kind: 'text', text: 'a', cuts: [], signature: '' } : { kind: 'reasoning', text: 'b', cuts: [], signature: '' },
  'redacted reasoning': () => ({ kind: 'redacted', data: 'AAAA' }),
  calls: (at) => ({ kind: 'tool', id: `call_${at}`, name: 'f', given: { a: 1 }, indented: false, tail: '\n', cuts: [2] }),
  'calls without arguments': (at) => ({ kind: 'tool', id: `call_${at}`, name: 'f', indented: false, tail: '', cuts: [] }),
};

describe.each(wires.map((wire) => [wire.name, wire] as const))('an answer of %s', (_, wire) => {
  const said = Object.entries(kinds).filter(([, item]) => wire.says.has(item(0).kind) && wire.says.has(item(1).kind));

  test.each(said)('takes linear time in %s', { timeout: 120_000 }, async (_name, item) => {
    // Written before the clock starts, since the generator may be slow.
    const written = new Map(
      [small, small * growth].map((size) => {
        const items = Array.from({ length: size / 4 }, (_, at) => item(at));
        const choices = [{ items, stop: 'by itself' as const }];
        return [size, wire.write({ choices, usage: { input: 20, output: 1, cacheRead: 0 }, weave: [], style })];
      }),
    );
    for (const dialect of ['openai-chat', 'openai-responses', 'anthropic-messages', 'bedrock-converse'] as CheckedDialect[]) {
      const grew = await growthOf((size) => {
        const bytes = written.get(size) ?? Buffer.alloc(0);
        const client = clientDialects[dialect];
        return translate({ bytes, wire: wire.wire, provider: wire.provider, client }, random(1, 4000));
      });
      expect(grew, dialect).toBeLessThan(allowed);
    }
  });
});
