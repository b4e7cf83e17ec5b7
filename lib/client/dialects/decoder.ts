import type { JsonObject } from '../../stream/json.ts';
import type { AnswerEvent } from '../accumulator.ts';

/**
 * Reads the frames of one answer in one dialect, in the one spelling in which Sluice sends it: what providers do
 * otherwise, the gateway has put right. The last event is `finish`, and comes with the dialect's own end, never before.
 */
export interface Decoder {
  /** The events of a frame; `payload` is undefined for a sentinel such as `[DONE]`. */
  read(payload: JsonObject | undefined, event: string | undefined): Iterable<AnswerEvent>;
}

/** For what the answer itself does not name. */
export interface Context {
  readonly id: string;
  readonly model: string;
}
