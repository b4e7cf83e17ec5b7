import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { plainEvents } from '../truth/plain-sse.ts';
import { listOf, objectOf, parsed, textOf } from '../truth/truth.ts';
import { fits, type Reader } from './reader.ts';

const missing = (value: Json | undefined) => value === undefined;
const isText = (value: Json | undefined) => missing(value) || typeof value === 'string';
const isTextOrNull = (value: Json | undefined) => isText(value) || value === null;
const isWhole = (value: Json | undefined) => missing(value) || Number.isInteger(value);
const isNumber = (value: Json | undefined) => missing(value) || typeof value === 'number';

/**
 * Prediction Guard's Rust client (0.14), chat alone: events as the standard has them, each decoded into a struct whose
 * members may be missing but, but for two, not null. The first that does not fit is an error. The chunk that says
 * `stop` ends the stream, and its own text is not read; a stream that ends without it and without `[DONE]` is an error.
 */
export const predictionGuardRust: Reader = (pieces) => {
  let said = '';
  for (const { data } of plainEvents(Buffer.concat(pieces))) {
    if (data === '[DONE]') return { said, ended: 'done' };
    const chunk = parsed(data);
    if (typeof chunk !== 'object' || !fitsStruct(objectOf(chunk))) return { said, ended: 'raises' };
    const [choice] = listOf(objectOf(chunk).choices);
    if (choice?.finish_reason === 'stop') return { said, ended: 'done' };
    said += textOf(objectOf(choice?.delta).content);
  }
  return { said, ended: 'raises' };
};

function fitsStruct(chunk: JsonObject): boolean {
  const choice = { generated_text: isTextOrNull, finish_reason: isTextOrNull, index: isWhole, logprobs: isNumber };
  return (
    fits(chunk, { id: isText, object: isText, model: isText, created: isWhole }) &&
    (missing(chunk.choices) || Array.isArray(chunk.choices)) &&
    listOf(chunk.choices).every((one) => fits(one, choice) && one.delta !== null && isText(objectOf(one.delta).content))
  );
}
