import { SluiceError } from '../stream/errors.ts';
import type { StreamEvent } from '../stream/events.ts';

/** The most that a whole answer may hold, in characters. A stream has no such limit. */
const maxCharacters = 32 << 20;
/** What an event costs beside its text. */
const charactersOfEvent = 64;

/**
 * Returns a function that takes every event of a whole answer. It throws `upstream_protocol_error` once they are too
 * large to keep, so that an endless answer can't fill the memory.
 */
export function wholeAnswerLimit(): (event: StreamEvent) => void {
  let size = 0;
  return (event) => {
    size += charactersOfEvent + sizeOf(event);
    if (size <= maxCharacters) return;
    throw new SluiceError(
      'upstream_protocol_error',
      `The provider sent an answer of more than ${maxCharacters >> 20} MiB. Request a stream for answers of this size.`,
    );
  };
}

function sizeOf(event: StreamEvent): number {
  const { text, json, signature, block, passthrough } = event as {
    text?: string;
    json?: string;
    signature?: string;
    block?: { data?: string };
    passthrough?: object;
  };
  const own = (text ?? json ?? signature ?? block?.data ?? '').length;
  return passthrough ? own + JSON.stringify(passthrough).length : own;
}
