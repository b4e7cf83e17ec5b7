import type { CheckedDialect } from '../support/checker/check.ts';
import type { OutlineEntry } from '../support/truth/outline.ts';
import { counted } from '../support/truth/shown.ts';
import { parsed, type Truth } from '../support/truth/truth.ts';

/** Which ids of calls each vendor takes back from its own clients. */
const idPatterns: Partial<Record<CheckedDialect, RegExp>> = {
  'anthropic-messages': /^[a-zA-Z0-9_-]+$/,
  'bedrock-invoke': /^[a-zA-Z0-9_-]+$/,
  'bedrock-converse': /^[a-zA-Z0-9_-]{1,64}$/,
};

/** A value as text; equal values are equal texts. */
export function told(value: unknown): string {
  return JSON.stringify(value);
}

/**
 * The differences between what the client received and what the provider sent. A cut answer is a prefix. It may be a
 * shorter prefix where its last parts had to wait for an open call.
 */
export function compared(reading: Truth, truth: Truth, dialect: CheckedDialect, waits: boolean): string[] {
  return [
    ...(reading.complete === truth.complete ? [] : [`complete: ${reading.complete} for ${truth.complete}`]),
    ...(truth.complete ? whole(reading, truth) : beginning(reading, truth, waits)),
    ...ids(reading, truth, dialect),
  ];
}

function whole(reading: Truth, truth: Truth): string[] {
  const both = (name: string, read: unknown, said: unknown) =>
    told(read) === told(said) ? [] : [`${name}: ${told(read)} for ${told(said)}`];
  const calls = ({ tools }: Truth) => tools.map(({ name, arguments: given }) => ({ name, given }));
  return [
    ...both('text', reading.text, truth.text),
    ...both('reasoning', reading.reasoning, truth.reasoning),
    ...both('refusal', reading.refusal ?? '', truth.refusal ?? ''),
    ...both('signatures', reading.signatures, truth.signatures),
    ...both('redacted', reading.redacted, truth.redacted),
    ...both('calls', calls(reading), calls(truth)),
    ...both('finish', reading.finish.reason, truth.finish.reason),
    ...both('usage', counted(reading.usage), counted(truth.usage)),
  ];
}

function beginning(reading: Truth, truth: Truth, waits: boolean): string[] {
  const begins = (name: string, read: string, said: string) => {
    // Half a code point waits for its other half.
    const wellFormed = said.replace(/[\ud800-\udbff]$/, '');
    return read === wellFormed || (waits && wellFormed.startsWith(read))
      ? []
      : [`${name} that had come: ${told(read)} for ${told(said)}`];
  };
  return [
    ...begins('text', reading.text, truth.text),
    ...begins('reasoning', reading.reasoning, truth.reasoning),
    ...reading.tools.flatMap(({ name }, at) => (name === truth.tools[at]?.name ? [] : [`call ${at}: an invented ${name}`])),
  ];
}

/** Each call keeps its id, but for one that the client's own vendor would refuse. */
function ids(reading: Truth, truth: Truth, dialect: CheckedDialect): string[] {
  const pattern = idPatterns[dialect];
  const read = reading.tools.map(({ id = '' }) => id);
  return [
    ...(new Set(read).size === read.length ? [] : [`ids: not unique, ${read}`]),
    ...read.flatMap((id, at) => {
      const given = truth.tools[at]?.id ?? '';
      if (pattern && !pattern.test(id)) return [`ids: ${id} would be refused by the client's own vendor`];
      return id === given || (pattern && !pattern.test(given)) || given === '' ? [] : [`ids: ${id} for ${given}`];
    }),
  ];
}

/**
 * What is wrong with the order of things, and whether some of what had come may wait: where an answer breaks off in an
 * open call, what came behind it.
 */
export function outlineFaults(
  said: readonly OutlineEntry[],
  read: readonly OutlineEntry[],
  complete: boolean,
  hasOrder: boolean,
): { faults: string[]; waits: boolean } {
  const waits = said.some(({ ended }, at) => !ended && at < said.length - 1);
  if (!hasOrder) return { faults: [], waits };
  // What is redacted comes whole, some time after its beginning.
  const shown = ({ kind }: OutlineEntry) => complete || kind !== 'redacted';
  const [theirs, ours] = [said.filter(shown), read.filter(shown)];
  const good = complete ? told(theirs.map(plainly)) === told(ours.map(plainly)) : isBeginning(ours, theirs, waits);
  return { faults: good ? [] : [`order: ${told(ours.map(plainly))} for ${told(theirs.map(plainly))}`], waits };
}

/** Is this all that had come, but for what may wait: a call for its name, half a code point for its other half? */
function isBeginning(ours: readonly OutlineEntry[], theirs: readonly OutlineEntry[], waits: boolean): boolean {
  const last = theirs.at(-1);
  const held = last?.kind === 'tool' || /^[\ud800-\udbff]$/.test(last?.said ?? '');
  const due = waits ? 0 : theirs.length - (held ? 1 : 0);
  const same = ours.every((entry, at) => {
    const their = theirs[at];
    return entry.kind === their?.kind && (at === ours.length - 1 || plainly(entry) === plainly(their));
  });
  return same && ours.length >= due;
}

/** What is redacted may be sealed on the way; that it is the same is compared elsewhere. */
function plainly({ kind, said }: OutlineEntry): string {
  if (kind === 'redacted') return kind;
  if (kind !== 'tool') return `${kind} ${said.toWellFormed()}`;
  return `tool ${told(said.trim() === '' ? {} : (parsed(said) ?? said))}`;
}
