export type ThinkingTag = 'thinking' | 'reasoning';

/** A piece of content: reasoning or text. */
export interface ContentPiece {
  readonly thought: boolean;
  readonly text: string;
}

/**
 * Content with reasoning between tags at its start: Empower's `<thinking>`, and `<reasoning>` of gpt-oss on Bedrock. Separates the two as the text
 * arrives, wherever chunks split the tags. White space before and after the tags belongs to neither. A tag elsewhere,
 * or an incomplete one, is text.
 */
export class ThinkingText {
  #state: 'start' | 'thought' | 'behind' | 'said' = 'start';
  /** Text that may become a tag, or white space between the two. */
  #held = '';
  readonly #opening: string;
  readonly #closing: string;

  constructor(tag: ThinkingTag) {
    this.#opening = `<${tag}>`;
    this.#closing = `</${tag}>`;
  }

  *read(content: string): Generator<ContentPiece> {
    this.#held += content;
    if (this.#state === 'start') {
      const text = this.#held.trimStart();
      if (text.startsWith(this.#opening)) this.#enter('thought', text.slice(this.#opening.length));
      else if (!this.#opening.startsWith(text)) this.#state = 'said';
    }
    if (this.#state === 'thought') {
      const end = this.#held.indexOf(this.#closing);
      const sure = end < 0 ? this.#held.length - heldBack(this.#held, this.#closing) : end;
      if (sure > 0) yield { thought: true, text: this.#held.slice(0, sure) };
      if (end < 0) this.#held = this.#held.slice(sure);
      else this.#enter('behind', this.#held.slice(end + this.#closing.length));
    }
    if (this.#state === 'behind') {
      const text = this.#held.trimStart();
      if (text !== '') this.#enter('said', text);
    }
    if (this.#state === 'said') yield* this.end();
  }

  /** Text that waited for more content, once something else arrives. */
  *end(): Generator<ContentPiece> {
    const text = this.#held;
    this.#held = '';
    if (text === '' || this.#state === 'behind') return;
    if (this.#state === 'start') this.#state = 'said';
    yield { thought: this.#state === 'thought', text };
  }

  #enter(state: 'thought' | 'behind' | 'said', rest: string): void {
    this.#state = state;
    this.#held = rest;
  }
}

/** The length of the text's end that may be the beginning of the closing tag. */
function heldBack(text: string, closing: string): number {
  for (let length = Math.min(closing.length - 1, text.length); length > 0; length--) {
    if (closing.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
