import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { listOf, objectOf, parsed, textOf } from '../truth/truth.ts';
import { fits, type Reader, textOfPieces } from './reader.ts';

/** The longest line of a `bufio.Scanner`. */
const maxLineBytes = 64 * 1024;

const isText = (value: Json | undefined) => (value ?? null) === null || typeof value === 'string';
const isWhole = (value: Json | undefined) => (value ?? null) === null || Number.isInteger(value);
const isNumber = (value: Json | undefined) => (value ?? null) === null || typeof value === 'number';
const isList = (value: Json | undefined) => (value ?? null) === null || Array.isArray(value);

/**
 * Prediction Guard's Go client (2.1), chat alone. A scanner gives lines of up to 64 KiB; what stands from the seventh
 * byte of a line on is decoded into a struct, whatever the first six are, and a shorter line is out of its range: a
 * panic. The first line that does not fit the struct ends the stream, told to a log alone. An `error` is text.
 */
export const predictionGuardGo: Reader = (pieces) => {
  let said = '';
  for (const line of textOfPieces(pieces).split('\n')) {
    const text = line.replace(/\r$/, '');
    if (text === '' || text === 'data: [DONE]') continue;
    if (Buffer.byteLength(line) >= maxLineBytes) return { said, ended: 'stops' };
    if (text.length < 'data: '.length) return { said, ended: 'crashes' };
    const chunk = parsed(text.slice('data: '.length));
    if (typeof chunk !== 'object' || !fitsStruct(objectOf(chunk))) return { said, ended: 'stops' };
    if (textOf(objectOf(chunk).error)) return { said, ended: 'told' };
    for (const choice of listOf(objectOf(chunk).choices)) said += textOf(objectOf(choice.delta).content);
  }
  return { said, ended: 'done' };
};

function fitsStruct(chunk: JsonObject): boolean {
  const choice = { index: isWhole, generated_text: isText, logprobs: isNumber, finish_reason: isText };
  return (
    fits(chunk, { id: isText, object: isText, model: isText, created: isWhole, choices: isList, error: isText }) &&
    listOf(chunk.choices).every((one) => fits(one, choice) && isText(objectOf(one.delta).content))
  );
}
