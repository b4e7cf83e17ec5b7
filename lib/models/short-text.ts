import { createHash } from 'node:crypto';

/** So many hexadecimal digits keep apart all that one request has. */
const digits = 8;

/** A text of at most `max` characters that is always the same for the same text: its beginning and a digest of it all. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - digits - 1)}_${digest(text).slice(0, digits)}`;
}

/** Hexadecimal digits that identify this text. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
