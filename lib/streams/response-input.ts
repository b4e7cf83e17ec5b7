import type { JsonObject } from '../stream/json.ts';

/** The input of a stored response. With its stream it is all of its state. */
export interface ResponseInput {
  /** The items of its own request, each with an id. */
  readonly items: readonly JsonObject[];
  /** The id of the response that it continues. */
  readonly previous?: string;
}
