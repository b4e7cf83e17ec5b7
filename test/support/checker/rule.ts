/** One sentence of the byte contract, and what in a stream breaks it. */
export interface Rule<Stream> {
  readonly id: string;
  readonly says: string;
  /** What is wrong, one entry for each place; empty when the rule is kept. */
  readonly broken: (stream: Stream) => string[];
}

/** Every breach in this stream, each as `rule id: what is wrong`. */
export function breaches<Stream>(rules: readonly Rule<Stream>[], stream: Stream): string[] {
  return rules.flatMap((rule) => rule.broken(stream).map((what) => `${rule.id}: ${what}`));
}

/** The entry of a rule that is kept or broken as a whole. */
export function unless(kept: boolean, what: string): string[] {
  return kept ? [] : [what];
}
