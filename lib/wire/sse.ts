import { createParser, type ParseError } from 'eventsource-parser';
import { SluiceError } from '../stream/errors.ts';
import type { Frame, ReadFrames, WriteFrame } from './frame.ts';
import { StrayText } from './stray-text.ts';
import { Utf8Decoder } from './utf8-decoder.ts';

/**
 * Server-sent events from providers. Follows the WHATWG standard, except for two things that a browser drops. An
 * event without its blank line at the end is returned with `unterminated` (recordings of Messages and of its
 * OpenAI-compatible form end like this), and text outside any field is returned once as a `failure` (see StrayText).
 *
 * A frame with more data than `maxFrameBytes` throws `upstream_protocol_error`. It counts UTF-16 units, and each byte
 * yields at most one. Comments, `id:` and `retry:` are dropped, because they don't belong to the answer.
 */
export const readSse: ReadFrames = reader('\n');

/**
 * Server-sent events from a provider that ends each event with a single line end (Prediction Guard's own Go test
 * server). Each complete `data:` line is a frame, and no frame has an event name. Otherwise like `readSse`.
 */
export const readSseLines: ReadFrames = reader('\n\n');

/** One event, ended by its blank line. Multi-line data is written as several `data:` lines. */
export const writeSse: WriteFrame = ({ event, data }) => {
  const lines = data.includes('\n') || data.includes('\r') ? data.replaceAll(anyLineEnd, '\ndata: ') : data;
  return event === undefined ? `data: ${lines}\n\n` : `event: ${event}\ndata: ${lines}\n\n`;
};

const anyLineEnd = /\r\n?|\n/g;

/**
 * A reader that writes `lineEnd` where the provider ended a line: one LF as in the standard, or two to end the event
 * too.
 */
function reader(lineEnd: '\n' | '\n\n'): ReadFrames {
  return async function* (bytes, { maxFrameBytes }) {
    const decoder = new Utf8Decoder();
    const text = new Normaliser(lineEnd);
    const stray = new StrayText();
    const frames: Frame[] = [];
    let failure: SluiceError | undefined;
    let ended = false;

    const parser = createParser({
      // The parser also counts the name of an incomplete field. The exact check is in onEvent.
      maxBufferSize: maxFrameBytes + 'data: '.length,
      onEvent({ event, data }) {
        pushStray(ended ? stray.end() : stray.flush());
        if (data.length > maxFrameBytes) failure ??= tooLarge(maxFrameBytes);
        if (failure) return;
        const frame: Frame = event === undefined ? { data } : { event, data };
        frames.push(ended ? { ...frame, unterminated: true } : frame);
      },
      onError(error: ParseError) {
        if (error.type === 'max-buffer-size-exceeded') failure ??= tooLarge(maxFrameBytes);
        if (error.type === 'unknown-field') pushStray(stray.take(error.field ?? '', error.value ?? '', error.line ?? ''));
      },
    });
    function pushStray(frame: Frame | undefined): void {
      if (frame && !failure) frames.push(frame);
    }

    for await (const piece of bytes) {
      parser.feed(text.normalise(decoder.decode(piece)));
      if (frames.length > 0) yield frames.splice(0);
      if (failure) throw failure;
    }
    const rest = text.normalise(decoder.end());
    if (rest !== '') parser.feed(rest);
    ended = true;
    if (!failure) parser.feed('\n\n');
    pushStray(stray.end());
    if (frames.length > 0) yield frames;
    if (failure) throw failure;
  };
}

/**
 * Strips a byte order mark from the start (Node's decoder strips two if a piece ends inside the first one), and
 * converts CR, LF and CRLF to one line end. A CR counts at once, so that an event ending in CR is not held until more
 * bytes arrive (the parser would hold it, and lose the last one). An LF at the start of the next piece belongs to it.
 */
class Normaliser {
  readonly #lineEnd: string;
  #started = false;
  #afterCarriageReturn = false;

  constructor(lineEnd: string) {
    this.#lineEnd = lineEnd;
  }

  normalise(piece: string): string {
    if (piece === '') return piece;
    const belongsBefore = this.#started ? this.#afterCarriageReturn && piece.startsWith('\n') : piece.startsWith('\ufeff');
    const text = belongsBefore ? piece.slice(1) : piece;
    this.#started = true;
    this.#afterCarriageReturn = text.endsWith('\r');
    return this.#lineEnd === '\n' && !text.includes('\r') ? text : text.replaceAll(anyLineEnd, this.#lineEnd);
  }
}

function tooLarge(maxFrameBytes: number): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider sent an event of more than ${maxFrameBytes} bytes.`);
}
