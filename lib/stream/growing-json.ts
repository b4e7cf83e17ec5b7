const longestPlain = 1024;

/**
 * JSON text that arrives in pieces and can be checked for completeness after each piece. It scans each character once
 * and parses the text only when its brackets are balanced, so the check stays cheap.
 */
export class GrowingJson {
  #text = '';
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The brackets are balanced and only white space has followed. */
  #closed = false;
  #beyond = false;
  #whole: boolean | undefined;
  #blank = true;

  /** Nothing but white space has come. */
  get isBlank(): boolean {
    return this.#blank;
  }

  add(piece: string): void {
    const closed = this.#closed;
    this.#text += piece;
    for (let at = 0; at < piece.length; at++) this.#look(piece.charCodeAt(at));
    // White space after the end changes nothing.
    if (!closed || this.#beyond) this.#whole = undefined;
  }

  isWhole(): boolean {
    this.#whole ??= this.#couldBeWhole() && parses(this.#text);
    return this.#whole;
  }

  #look(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (this.#inString) {
      if (code === 0x5c) this.#escaped = true;
      else if (code === 0x22) this.#inString = false;
    } else if (!isSpace(code)) {
      this.#blank = false;
      this.#beyond ||= this.#closed;
      if (code === 0x22) this.#inString = true;
      else if (code === 0x7b || code === 0x5b) this.#depth++;
      else if ((code === 0x7d || code === 0x5d) && --this.#depth === 0) this.#closed = true;
    }
  }

  /** Text without brackets can't be tool arguments. It is parsed while it is short. */
  #couldBeWhole(): boolean {
    if (this.#beyond || this.#inString) return false;
    return this.#closed || (this.#depth === 0 && this.#text.length <= longestPlain);
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
