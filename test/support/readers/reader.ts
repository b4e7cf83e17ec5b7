import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { objectOf } from '../truth/truth.ts';

/** What the user of a hand-written client gets of a stream. */
export interface Heard {
  /** All that is printed. */
  readonly said: string;
  /**
   * How it ends: `done` as after a whole answer, `told` of a failure, `raises` an exception, `crashes` the process,
   * `stops` before the end without a word, `waits` for ever.
   */
  readonly ended: 'done' | 'told' | 'raises' | 'crashes' | 'stops' | 'waits';
}

/** Chunks of chat completions or of text completions. */
export type Kind = 'chat' | 'text';

/** A client's own way of reading, over the pieces in which the network brings a stream. */
export type Reader = (pieces: readonly Uint8Array[], kind: Kind) => Heard;

/** Where a choice has its text. `undefined` if it has no such member. */
export function saidBy(choice: Json | undefined, kind: Kind): Json | undefined {
  return kind === 'text' ? objectOf(choice).text : objectOf(objectOf(choice).delta).content;
}

export function textOfPieces(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString();
}

/** Are all these members of a type that the reader's struct takes? */
export function fits(object: JsonObject, types: Readonly<Record<string, (value: Json | undefined) => boolean>>): boolean {
  return Object.entries(types).every(([name, isType]) => isType(object[name]));
}
