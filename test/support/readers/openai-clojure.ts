import { listOf, objectOf, parsed } from '../truth/truth.ts';
import { type Reader, saidBy, textOfPieces } from './reader.ts';

/**
 * openai-clojure (0.23), with a callback or a channel. An event is the shortest text up to two LF; one that has `[DONE]`
 * anywhere in it is the end, any other is read as JSON from its first brace on. An event without a brace prints a stack
 * trace and is lost. Nothing but `[DONE]` ends the stream for its consumer.
 */
export const openaiClojure: Reader = (pieces, kind) => {
  let said = '';
  let reported = false;
  for (const [event] of textOfPieces(pieces).matchAll(/.+?\n\n/gs)) {
    if (event.includes('[DONE]')) return { said, ended: reported ? 'told' : 'done' };
    const chunk = event.includes('{') ? objectOf(parsed(event.slice(event.indexOf('{')))) : {};
    if (chunk.error !== undefined) reported = true;
    said += saidBy(listOf(chunk.choices)[0], kind) ?? '';
  }
  return { said, ended: 'waits' };
};
