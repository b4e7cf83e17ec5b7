import { afterAll, describe, expect, test } from 'vitest';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { Bytes } from '../../lib/wire/frame.ts';
import type { Case } from '../matrix/cases.ts';
import { eventEnds, messageEnds } from '../matrix/cut-positions.ts';
import { check, checkPieces } from '../support/checker/check.ts';
import { random as randomChunks } from '../support/chunkings.ts';
import { covered, extent, isFull } from '../support/extent.ts';
import { randomFrom } from '../support/random.ts';
import { translate } from '../support/translate.ts';
import { shown } from '../support/truth/shown.ts';
import type { Truth } from '../support/truth/truth.ts';
import { truthOf } from '../support/truth/truth-of.ts';
import { type Heard, listener } from './read-events.ts';
import { recorded } from './recorded.ts';

const seed = 20_261_121;
const timeout = isFull ? 600_000 : 20_000;
const all = recorded();
if (all.length === 0) test.skip('a recorded answer, cut at every byte and into any pieces');

const counts = { recordings: all.length, cuts: 0, chunkings: 0 };
afterAll(() => {
  const { recordings, cuts, chunkings } = counts;
  if (all.length > 0)
    covered(
      `${recordings} recordings, ${cuts} answers cut short, ${chunkings} chunkings (seed ${seed}), for every dialect of clients`,
    );
});

/** How the bytes end: by the end of the body, or by a connection that breaks. */
const endings = ['end', 'reset'] as const;
type Ending = (typeof endings)[number];

describe.skipIf(all.length === 0)('a recorded answer, cut at every byte', () => {
  test.for(all.map((one) => [one.name, one] as const))(
    '%s: ends once, after a correct prefix, without an invented finish',
    { timeout },
    async ([, { name, forClients }]) => {
      const [first] = forClients;
      if (!first) return;
      const openAnswer = forClients.map((one) => listener(one));
      for (const { position, near } of positions(name, first)) {
        for (const [at, ending] of endings.entries()) {
          if (!isFull && position % 2 !== at) continue;
          const truth = truthOf({ format: first.format, bytes: first.bytes.subarray(0, reached(first, position, ending)) });
          for (const [which, one] of forClients.entries()) {
            if (!isFull && !near && position % forClients.length !== which) continue;
            const received = await openAnswer[which]?.(cut(one.bytes, position, ending));
            if (received)
              expect(wrongs(received, shown(truth, one.dialect), one), `${one.title}, ${ending} at byte ${position}`).toEqual([]);
            counts.cuts++;
          }
        }
      }
    },
  );
});

describe.skipIf(all.length === 0)('a recorded answer, split into any pieces', () => {
  test.for(all.map((one) => [one.name, one] as const))(
    '%s: gives the same output bytes',
    { timeout },
    async ([name, { forClients }]) => {
      const whole = await Promise.all(forClients.map((one) => translate(one)));
      const random = randomFrom(`${seed} ${name}`);
      for (let round = 0; round < extent({ full: 10_000, reduced: 100 }); round++) {
        const at = round % forClients.length;
        const one = forClients[at];
        if (!one) return;
        const chunkSeed = Math.floor(random() * 2 ** 32);
        const chunkSize = 1 + Math.floor(random() ** 3 * one.bytes.length);
        const { bytes } = await translate(one, randomChunks(chunkSeed, chunkSize));
        const same = bytes.equals(whole[at]?.bytes ?? Buffer.alloc(0));
        expect(same, `${one.title}, pieces of up to ${chunkSize} bytes by seed ${chunkSeed}`).toBe(true);
        counts.chunkings++;
      }
    },
  );
});

/**
 * All positions, each for every dialect of clients. Unless in full, only those beside each event's end; and for one
 * dialect each, those up to three bytes away and a tenth of the others.
 */
function positions(name: string, { wire, bytes }: Case): { position: number; near: boolean }[] {
  const edges = wire === 'sse' ? eventEnds(bytes) : messageEnds(bytes);
  const edgy = new Set([0, ...edges].flatMap((edge) => [-1, 0, 1].map((by) => edge + by)));
  const random = randomFrom(`${seed} ${name}`);
  return Array.from({ length: bytes.length + 1 }, (_, position) => ({ position, near: edgy.has(position) })).filter(
    ({ position, near }) => isFull || near || edgy.has(position - 2) || edgy.has(position + 2) || random() < 0.1,
  );
}

/**
 * As far as an answer that ends here is known. What stands in an event without its blank line counts where the body
 * ends, as providers do end theirs so; where the connection breaks it does not.
 */
function reached({ wire, bytes }: Case, position: number, ending: Ending): number {
  if (wire !== 'sse' || ending === 'end') return position;
  const text = Buffer.from(bytes.subarray(0, position)).toString('latin1');
  // A CR ends a line at once, whether or not its LF comes.
  const last = [...text.matchAll(/(?:\r\n|\n)(?:\r\n?|\n)/g)].at(-1);
  return last ? last.index + last[0].length : 0;
}

async function* cut(bytes: Uint8Array, position: number, ending: Ending): Bytes & AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, position);
  if (ending === 'reset') throw new SluiceError('upstream_cut', 'The connection was lost.');
}

/** The differences between an answer and what the provider had sent by then. */
function wrongs({ refused, pieces, left }: Heard, truth: Truth, { dialect }: Case): string[] {
  if (refused) {
    return [
      ...left,
      ...(truth.complete ? [`refused as ${refused.kind}: the provider had finished`] : []),
      ...(truth.text === '' && truth.reasoning === '' ? [] : [`refused as ${refused.kind}: there was content`]),
      ...(refused.kind === 'gateway_error' ? ['refused as gateway_error: a fault of our own'] : []),
    ];
  }
  const reading = check(dialect, Buffer.concat(pieces), { showUsage: true, expectError: !truth.complete });
  const { text, reasoning, finish } = reading.truth;
  return [
    ...left,
    ...reading.violations,
    ...checkPieces(pieces),
    ...(text === truth.text ? [] : [`text: ${JSON.stringify(text)} for ${JSON.stringify(truth.text)}`]),
    ...(reasoning === truth.reasoning ? [] : ['reasoning: not all that had come']),
    ...(truth.complete || finish.raw === undefined ? [] : [`finish: an invented ${finish.raw}`]),
  ];
}
