import { objectOf, parsed } from '../truth/truth.ts';
import { type Reader, saidBy } from './reader.ts';

/** The pieces in which `requests` gives a response's bytes when it is iterated over. */
const pieceBytes = 128;

/**
 * A script over `requests` and sseclient-py (1.8, 1.9). Events end with CR CR, LF LF or CRLF CRLF, or with the bytes;
 * comments and events without data are passed over. The script stops at `[DONE]` and looks up
 * `choices[0]` of everything else: what has none raises. A null is printed as `None`.
 */
export const sseclient: Reader = (pieces, kind) => {
  let said = '';
  for (const event of events(Buffer.concat(pieces))) {
    const lines = event.split(/\r\n|\n|\r/).filter((line) => /^data(:|$)/.test(line));
    const data = lines.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n');
    if (data === '' || data === '[DONE]') continue;
    const { choices } = objectOf(parsed(data));
    if (!Array.isArray(choices) || choices.length === 0) return { said, ended: 'raises' };
    const text = saidBy(choices[0], kind);
    if (text === undefined) return { said, ended: 'raises' };
    said += text ?? 'None';
  }
  return { said, ended: 'done' };
};

function* events(bytes: Buffer): Generator<string> {
  let data = '';
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const piece = bytes.subarray(start, start + pieceBytes).toString('latin1');
    for (const [line] of piece.matchAll(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g)) {
      data += line;
      if (!/(\r\r|\n\n|\r\n\r\n)$/.test(data)) continue;
      yield Buffer.from(data, 'latin1').toString();
      data = '';
    }
  }
  if (data) yield Buffer.from(data, 'latin1').toString();
}
