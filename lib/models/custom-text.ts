import { customInput } from '../dialects/custom-input.ts';

const beginning = /^\s*\{\s*"input"\s*:\s*"/;

/** The text of a custom tool's call, piece by piece, out of `{"input": "…"}` that comes in pieces. */
export class CustomText {
  #json = '';
  #sent = 0;
  /** What has come and isn't read yet. */
  #raw = '';
  #place: 'before' | 'inside' | 'behind' = 'before';

  /** A part of the text was given. */
  get hasSent(): boolean {
    return this.#sent > 0;
  }

  /** More of the arguments. Gives the text that they add. */
  add(piece: string): string {
    this.#json += piece;
    this.#raw += piece;
    if (this.#place === 'before') {
      const start = beginning.exec(this.#raw);
      if (!start) return '';
      this.#raw = this.#raw.slice(start[0].length);
      this.#place = 'inside';
    }
    if (this.#place === 'behind') return '';
    const { text, rest, isWhole } = readString(this.#raw);
    this.#raw = rest;
    if (isWhole) this.#place = 'behind';
    this.#sent += text.length;
    return text;
  }

  /** The rest when the arguments are complete. All of them, if they have another form. */
  end(): string {
    return customInput(this.#json).slice(this.#sent);
  }
}

/** The text of a JSON string from its inside on, as far as it is known. Half an escape and half a character wait. */
function readString(raw: string): { text: string; rest: string; isWhole: boolean } {
  let at = 0;
  let safe = 0;
  while (at < raw.length && raw[at] !== '"') {
    const length = raw[at] !== '\\' ? 1 : raw[at + 1] === 'u' ? 6 : 2;
    if (at + length > raw.length) break;
    at += length;
    const isHalf = /(?:[\uD800-\uDBFF]|\\u[dD][89abAB][0-9a-fA-F]{2})$/.test(raw.slice(at - length, at));
    if (!isHalf) safe = at;
  }
  return { text: parsed(raw.slice(0, safe)), rest: raw.slice(safe), isWhole: raw[at] === '"' && safe === at };
}

function parsed(inside: string): string {
  try {
    return String(JSON.parse(`"${inside}"`));
  } catch {
    return '';
  }
}
