import { listOf, objectOf, parsed } from '../truth/truth.ts';
import { type Reader, saidBy } from './reader.ts';

/**
 * Prediction Guard's JavaScript client (0.32) over fetch-sse 1.0.23. Lines are put together across the network's pieces,
 * but events are not: each piece has a decoder of its own, so that the data line of one piece is forgotten when its
 * blank line comes in the next. Every blank line is an event, of no data if none was seen; data that is no JSON ends the
 * stream without a word. A null is printed.
 */
export const predictionGuardJs: Reader = (pieces, kind) => {
  let said = '';
  let rest = '';
  for (const piece of pieces) {
    // Bytes as characters, since a piece may end inside one of UTF-8.
    const lines = (rest + Buffer.from(piece).toString('latin1')).split(/\r?\n/);
    rest = lines.pop() ?? '';
    let data: string[] = [];
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice('data:'.length));
      if (line !== '') continue;
      const event = Buffer.from(data.join('\n'), 'latin1').toString();
      data = [];
      if (event.trim() === '[DONE]') return { said, ended: 'done' };
      const chunk = parsed(event);
      if (chunk === undefined) return { said, ended: 'stops' };
      if (objectOf(chunk).error !== undefined) return { said, ended: 'told' };
      for (const choice of listOf(objectOf(chunk).choices))
        said += saidBy(choice, kind) ?? (saidBy(choice, kind) === null ? 'null' : '');
    }
  }
  return { said, ended: 'done' };
};
