import { objectOf, parsed } from '../truth/truth.ts';
import { type Reader, textOfPieces } from './reader.ts';

/**
 * Prediction Guard's Python client (2.7 to 2.11). Each line is made JSON by putting braces around it and quotes around
 * the first `data`; a line that then is none is passed over. A chunk is given to the user if looking its text up finds
 * the keys; a missing key is passed over, but an empty or missing list of choices raises. A null is printed as `None`.
 */
export const predictionGuardPython: Reader = (pieces, kind) => {
  let said = '';
  for (const line of textOfPieces(pieces).split(/\r\n|\n|\r/)) {
    const event = line && parsed(`{${line.replace('data', '"data"')}}`);
    const { data } = objectOf(event);
    if (data === undefined || objectOf(data).choices === undefined) continue;
    const { choices } = objectOf(data);
    if (!Array.isArray(choices) || choices.length === 0) return { said, ended: 'raises' };
    const holder = kind === 'text' ? objectOf(choices[0]) : objectOf(objectOf(choices[0]).delta);
    const text = kind === 'text' ? holder.text : holder.content;
    if (text !== undefined) said += text ?? 'None';
  }
  return { said, ended: 'done' };
};
