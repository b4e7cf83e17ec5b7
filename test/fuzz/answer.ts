import fc from 'fast-check';
import type { JsonObject } from '../../lib/stream/json.ts';

/** A text from the model, in pieces. `cuts` are the positions, each modulo the length. */
export interface Spoken {
  readonly kind: 'text' | 'reasoning' | 'refusal';
  readonly text: string;
  readonly cuts: readonly number[];
  /** Of reasoning; empty where it is unsigned. */
  readonly signature: string;
}

/** Reasoning that only the model can read. */
export interface Sealed {
  readonly kind: 'redacted';
  readonly data: string;
}

/** A call of a tool. */
export interface Called {
  readonly kind: 'tool';
  readonly id: string;
  readonly name: string;
  /** Absent: the provider writes no arguments at all. */
  readonly given?: JsonObject;
  readonly indented: boolean;
  /** White space that the provider writes behind the arguments. */
  readonly tail: string;
  readonly cuts: readonly number[];
}

export type Item = Spoken | Sealed | Called;

export interface Choice {
  readonly items: readonly Item[];
  readonly stop: 'by itself' | 'length' | 'filter';
}

/** How a provider writes: every one of these is seen at some provider. */
export interface Style {
  readonly lineEnd: '\n' | '\r\n';
  readonly comments: boolean;
  /** `data:{` without a space. */
  readonly tight: boolean;
  /** Ends with `[DONE]`, where the wire has one. */
  readonly terminator: boolean;
  readonly usage: 'apart' | 'with the finish' | 'never';
  /** A call comes whole, in one frame. */
  readonly wholeCalls: boolean;
  /** The opening of an answer: with an empty text, a null, the role alone, or without a frame of its own. */
  readonly opening: 'empty' | 'null' | 'role' | 'none';
  /** The number of the first call. */
  readonly firstIndex: 0 | 1;
}

/** A whole answer of a model, before any provider has written it. */
export interface Answer {
  readonly choices: readonly Choice[];
  readonly usage: { readonly input: number; readonly output: number; readonly cacheRead: number };
  /** The order of the pieces of parallel items: choices, and calls. */
  readonly weave: readonly number[];
  readonly style: Style;
}

/** Texts that were trouble somewhere. */
const odd = ['[DONE]', 'data: {"a":1}', '\n\n', ' ', '\u2028', '\ufeff', '🌍', '北京', '</thinking>', '"}', '\\', '\u0000', 'é'];
const texts = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.array(fc.constantFrom(...odd), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
);
const cuts = fc.array(fc.nat(40), { maxLength: 4 });
const opaque = fc.uint8Array({ minLength: 3, maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'));
// No key ends in a backslash: the JSON.parse of Node 24.21 takes another key for it, `{"a":1,"\\n":2}` after `{"a":1,"\\\\":2}`.
const keys = fc.constantFrom('city', 'a', 'a b', 'é', '"');

const spoken = (kind: Spoken['kind'], signature: fc.Arbitrary<string> = fc.constant('')): fc.Arbitrary<Spoken> =>
  fc.record({ kind: fc.constant(kind), text: texts, cuts, signature });

const called: fc.Arbitrary<Called> = fc
  .record(
    {
      kind: fc.constant('tool' as const),
      name: fc.constantFrom('f', 'get_weather', 'apply-patch'),
      given: fc.dictionary(
        keys,
        fc.oneof(fc.nat(), fc.boolean(), texts, fc.constant(null), fc.array(fc.nat(9), { maxLength: 2 })),
        {
          maxKeys: 3,
        },
      ),
      indented: fc.boolean(),
      tail: fc.constantFrom('', '', '\n', ' \n'),
      cuts,
    },
    { requiredKeys: ['kind', 'name', 'indented', 'tail', 'cuts'] },
  )
  .map((call) => ({ ...call, id: '' }));

const items = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: spoken('text') },
    { weight: 2, arbitrary: spoken('reasoning', fc.oneof(fc.constant(''), opaque)) },
    { weight: 1, arbitrary: spoken('refusal') },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('redacted' as const), data: opaque }) },
    { weight: 4, arbitrary: called },
  ),
  { maxLength: 6 },
);

/** Ids that the providers of today give, each unique in its answer. */
const ids: readonly ((name: string, at: number) => string)[] = [
  (_name, at) => `call_${at}abcdefghij`,
  (_name, at) => `toolu_01${at}`,
  (name, at) => `functions.${name}:${at}`,
  (_name, at) => `chatcmpl-tool-${at}`,
  (_name, at) => `${at}D681PevK`,
];

const choice: fc.Arbitrary<Choice> = fc
  .record({ items, stop: fc.constantFrom('by itself', 'by itself', 'length', 'filter'), maker: fc.nat(ids.length - 1) })
  .map(({ items: all, stop, maker }) => {
    // A model that declines calls nothing, and declines at the end.
    const others = all.filter(({ kind }) => kind !== 'refusal');
    const declined = others.some(({ kind }) => kind === 'tool') ? [] : all.filter(({ kind }) => kind === 'refusal');
    const named = others.map((item, at) => (item.kind === 'tool' ? { ...item, id: ids[maker]?.(item.name, at) ?? '' } : item));
    return { stop, items: [...named, ...declined] } as Choice;
  });

const style: fc.Arbitrary<Style> = fc.record({
  lineEnd: fc.constantFrom('\n', '\r\n'),
  comments: fc.boolean(),
  tight: fc.boolean(),
  terminator: fc.boolean(),
  usage: fc.constantFrom('apart', 'with the finish', 'never'),
  wholeCalls: fc.boolean(),
  opening: fc.constantFrom('empty', 'null', 'role', 'none'),
  firstIndex: fc.constantFrom(0, 1),
});

/** Any answer of at most this many choices. */
export const answers = (maxChoices: number): fc.Arbitrary<Answer> =>
  fc.record({
    choices: fc.array(choice, { minLength: 1, maxLength: maxChoices }),
    usage: fc.record({ input: fc.integer({ min: 20, max: 99 }), output: fc.nat(99), cacheRead: fc.nat(19) }),
    // One thing after another, or all at the same time.
    weave: fc.oneof(fc.constant([]), fc.array(fc.nat(7), { maxLength: 24 })),
    style,
  });

/** This text in pieces, some of them empty, some cut inside a code point. */
export function piecesOf(text: string, cuts: readonly number[]): string[] {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => text.slice(from, at[index] ?? text.length));
}

/** The arguments of a call, as the provider writes them. */
export function argumentPieces({ given, indented, tail, cuts }: Called): string[] {
  if (!given) return tail ? [tail] : [];
  const json = JSON.stringify(given, null, indented ? 2 : 0);
  return [...piecesOf(json, cuts), ...(tail ? [tail] : [])];
}

/** Several sequences as one, by these picks; each goes no further than `waits` lets it. */
export function woven<Element>(
  sequences: readonly (readonly Element[])[],
  picks: Iterator<number>,
  waits: (which: number, next: readonly number[]) => boolean = () => false,
): Element[] {
  const next = sequences.map(() => 0);
  const result: Element[] = [];
  for (;;) {
    const open = sequences.flatMap((sequence, which) =>
      (next[which] ?? 0) < sequence.length && !waits(which, next) ? [which] : [],
    );
    if (open.length === 0) return result;
    const which = open[(picks.next().value ?? 0) % open.length] ?? 0;
    const element = sequences[which]?.[next[which] ?? 0];
    next[which] = (next[which] ?? 0) + 1;
    if (element !== undefined) result.push(element);
  }
}

/** Calls open in order. */
export function opensInOrder(which: number, next: readonly number[]): boolean {
  return next[which] === 0 && next.slice(0, which).includes(0);
}

/** These numbers, then 0 forever: the first item continues until it is complete. */
export function* picksOf(weave: readonly number[]): Generator<number, number> {
  yield* weave;
  for (;;) yield 0;
}

/** The items, with parallel calls in one group. */
export function grouped(items: readonly Item[]): (Spoken | Sealed | Called[])[] {
  const groups: (Spoken | Sealed | Called[])[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (item.kind !== 'tool') groups.push(item);
    else if (Array.isArray(last)) last.push(item);
    else groups.push([item]);
  }
  return groups;
}
