import fc from 'fast-check';
import { SluiceError } from '../../lib/stream/errors.ts';
import { clientDialects } from '../matrix/cases.ts';
import { eventEnds, messageEnds } from '../matrix/cut-positions.ts';
import { type CheckedDialect, check, checkPieces } from '../support/checker/check.ts';
import { type Chunking, random } from '../support/chunkings.ts';
import { grammarViolations } from '../support/grammar.ts';
import { translate } from '../support/translate.ts';
import { outlineOf } from '../support/truth/outline.ts';
import { type PlainMessage, plainMessages } from '../support/truth/plain-event-stream.ts';
import { shown } from '../support/truth/shown.ts';
import { type Truth, textOf } from '../support/truth/truth.ts';
import { truthOf } from '../support/truth/truth-of.ts';
import { type Answer, answers } from './answer.ts';
import { compared, outlineFaults, told } from './compare.ts';
import { wires } from './wires/all.ts';
import type { Wire } from './wires/wire.ts';

/** A provider's answer, whom it is for, and how its bytes come. */
export interface StreamCase {
  readonly wire: Wire;
  readonly answer: Answer;
  readonly client: CheckedDialect;
  readonly chunks: { readonly seed: number; readonly size: number };
  readonly cut?: Cut;
}

/** Where the bytes end, and whether by the end of the body or by a connection that breaks. */
interface Cut {
  /** As a part of all bytes. */
  readonly at: number;
  /** Not there, but at the end of the frame before. */
  readonly betweenFrames: boolean;
  readonly ending: 'end' | 'reset';
}

const dialects = Object.keys(clientDialects) as CheckedDialect[];

const textOnly: ReadonlySet<CheckedDialect> = new Set(['openai-completions', 'anthropic-complete']);

/** Clients of these dialects can ask for several choices. */
const manyChoices: readonly CheckedDialect[] = ['openai-chat', 'openai-completions'];

export const streamCases: fc.Arbitrary<StreamCase> = fc
  .record(
    {
      // The dialect with the most features should get the most faults.
      wire: fc.oneof(...wires.map((wire, at) => ({ arbitrary: fc.constant(at), weight: wire.manyChoices ? 6 : wire.says.size }))),
      client: fc.nat(dialects.length - 1),
      answer: answers(3),
      chunks: fc.record({ seed: fc.nat(), size: fc.integer({ min: 1, max: 400 }) }),
      cut: fc.record({
        at: fc.nat(1000).map((part) => part / 1000),
        betweenFrames: fc.boolean(),
        ending: fc.constantFrom('end' as const, 'reset' as const),
      }),
    },
    { requiredKeys: ['wire', 'client', 'answer', 'chunks'] },
  )
  .map(({ wire: which, client, answer, ...rest }) => {
    const wire = wires[which] ?? wires[0];
    if (!wire) throw new Error('there are no wires');
    const fit = fitting(answer, wire);
    const able = fit.choices.length > 1 ? manyChoices : dialects;
    return { wire, answer: fit, client: able[client % able.length] ?? 'openai-chat', ...rest };
  });

/** The answer, less what this wire has no word for. */
export function fitting({ choices, ...answer }: Answer, { says, signs, manyChoices }: Wire): Answer {
  const fit = choices.slice(0, manyChoices ? undefined : 1).map((choice) => ({
    ...choice,
    items: choice.items
      .filter(({ kind }) => says.has(kind))
      .map((item) => (item.kind === 'reasoning' && !signs ? { ...item, signature: '' } : item)),
  }));
  return { ...answer, choices: fit };
}

/** What is wrong with how this stream reaches its client; empty where all is well. */
export async function streamFaults({ wire, answer, client: dialect, chunks, cut }: StreamCase): Promise<string[]> {
  const bytes = wire.write(answer);
  const asked = answer.choices.length;
  const doubts = answer.choices.flatMap((choice, wanted) =>
    unlikeModel(wire, choice.items, truthOf({ format: wire.format, bytes }, { wanted, asked })),
  );
  if (doubts.length > 0) return doubts.map((doubt) => `the generator and the reader disagree: ${doubt}`);

  const position = cut ? positionOf(cut, wire, bytes) : bytes.length;
  const arrived = bytes.subarray(0, cut?.ending === 'reset' ? terminated(wire, bytes, position) : position);
  const truths = answer.choices.map((_, wanted) =>
    shown(truthOf({ format: wire.format, bytes: arrived }, { wanted, asked }), dialect),
  );
  const client = clientDialects[dialect];
  const {
    events,
    pieces,
    bytes: written,
  } = await translate(
    { bytes: bytes.subarray(0, position), wire: wire.wire, provider: wire.provider, client, choices: asked },
    broken(random(chunks.seed, chunks.size), cut?.ending),
  );
  const complete = truths[0]?.complete ?? false;
  const { violations } = check(dialect, written, { showUsage: true, expectError: !complete, choices: asked });
  const order = outlineFaults(
    outlineOf(wire.format, arrived),
    outlineOf(dialect, written),
    complete,
    wire.says.size > 1 && !textOnly.has(dialect),
  );
  return [
    ...violations,
    ...checkPieces(pieces),
    ...grammarViolations(events),
    ...truths.flatMap((truth, wanted) => {
      const reading = truthOf({ format: dialect, bytes: written }, { wanted, asked });
      return compared(reading, truth, dialect, order.waits).map((fault) => `choice ${wanted}: ${fault}`);
    }),
    ...order.faults,
  ];
}

/** Does the independent reader find in these bytes what the model sent? Checks the generator and the reader. */
function unlikeModel(wire: Wire, items: Answer['choices'][number]['items'], truth: Truth): string[] {
  const said = (kind: string) => items.map((item) => (item.kind === kind && 'text' in item ? item.text : '')).join('');
  const calls = items.flatMap((item) => (item.kind === 'tool' ? [{ name: item.name, given: item.given ?? {} }] : []));
  const read = {
    text: truth.text,
    reasoning: truth.reasoning,
    refusal: truth.refusal ?? '',
    calls: truth.tools.map(({ name, arguments: given }) => ({ name, given })),
    complete: truth.complete,
  };
  const meant = { text: said('text'), reasoning: said('reasoning'), refusal: said('refusal'), calls, complete: true };
  return told(read) === told(meant) ? [] : [`${wire.name}: ${told(read)} for ${told(meant)}`];
}

function positionOf({ at, betweenFrames }: Cut, { wire }: Wire, bytes: Buffer): number {
  const position = Math.round(at * bytes.length);
  if (!betweenFrames) return position;
  const ends = wire === 'sse' ? eventEnds(bytes) : messageEnds(bytes);
  return ends.findLast((end) => end <= position) ?? 0;
}

/** As far as an answer whose connection breaks here has come: an event without its blank line never came. */
function terminated({ wire }: Wire, bytes: Uint8Array, position: number): number {
  if (wire !== 'sse') return position;
  const text = Buffer.from(bytes.subarray(0, position)).toString('latin1');
  const last = [...text.matchAll(/(?:\r\n|\n)(?:\r\n?|\n)/g)].at(-1);
  return last ? last.index + last[0].length : 0;
}

function broken(cut: Chunking, ending: 'end' | 'reset' | undefined): Chunking {
  return async function* (bytes) {
    yield* cut(bytes);
    if (ending === 'reset') throw new SluiceError('upstream_cut', 'The connection broke.');
  };
}

function message({ headers, payload }: PlainMessage): string {
  const inner = textOf(payload.bytes);
  return `${headers['event-type']} ${inner ? Buffer.from(inner, 'base64') : JSON.stringify(payload)}`;
}

/** This case in a few lines, for a person. */
export function printed({ wire, answer, client, chunks, cut }: StreamCase): string {
  const bytes = wire.write(answer);
  const position = cut ? positionOf(cut, wire, bytes) : bytes.length;
  const end = cut ? `, cut at byte ${position} of ${bytes.length} (${cut.ending})` : '';
  const arrived = bytes.subarray(0, position);
  const frames = wire.wire === 'sse' ? arrived.toString() : plainMessages(arrived).map(message).join('\n');
  return `${wire.name} to ${client}, pieces of up to ${chunks.size} bytes by seed ${chunks.seed}${end}\n${frames}`;
}
