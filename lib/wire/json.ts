import { SluiceError } from '../stream/errors.ts';
import { isObject, type JsonObject } from '../stream/json.ts';
import type { Frame } from './frame.ts';

/**
 * The JSON object in a frame. This is the only place that parses a provider's stream. Throws `upstream_cut` if the
 * bytes ended inside the frame, otherwise `upstream_protocol_error`. Neither quotes the frame.
 */
export function parseFrame(frame: Frame): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(frame.data);
  } catch (cause) {
    if (frame.unterminated) throw new SluiceError('upstream_cut', 'The provider closed the stream inside an event.', { cause });
    throw new SluiceError('upstream_protocol_error', 'The provider sent an event that is not valid JSON.', { cause });
  }
  if (!isObject(value)) throw new SluiceError('upstream_protocol_error', 'The provider sent an event that is not a JSON object.');
  return value;
}
