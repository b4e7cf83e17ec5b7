import type { JsonObject } from '../../stream/json.ts';
import type { DecodedEvent } from '../accumulator.ts';

/**
 * Decodes the frames of one answer in the format that Sluice sends. The gateway has already normalized the
 * differences between providers. The last event is `finish`. It comes with the dialect's own end, never earlier.
 */
export interface Decoder {
  /** The events of a frame. `payload` is undefined for a sentinel such as `[DONE]`. */
  read(payload: JsonObject | undefined, event: string | undefined): Iterable<DecodedEvent>;
}

/** Defaults for what the answer itself doesn't contain. */
export interface Context {
  readonly id: string;
  readonly model: string;
}
