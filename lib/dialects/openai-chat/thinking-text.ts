const opening = '<thinking>';
const closing = '</thinking>';

/** A piece of content: what the model thinks, or what it says. */
export interface ContentPiece {
  readonly thought: boolean;
  readonly text: string;
}

/**
 * Content whose thoughts stand at its start between tags (`include_thinking` of Empower), told apart as it comes, with
 * the tags wherever chunks cut them. Blanks before the tags and behind them belong to neither. A tag anywhere else, or one
 * that is never whole, is what the model says.
 */
export class ThinkingText {
  #state: 'start' | 'thought' | 'behind' | 'said' = 'start';
  /** What may turn out to be a tag, or a blank between the two. */
  #held = '';

  *read(content: string): Generator<ContentPiece> {
    this.#held += content;
    if (this.#state === 'start') {
      const text = this.#held.trimStart();
      if (text.startsWith(opening)) this.#enter('thought', text.slice(opening.length));
      else if (!opening.startsWith(text)) this.#state = 'said';
    }
    if (this.#state === 'thought') {
      const end = this.#held.indexOf(closing);
      const sure = end < 0 ? this.#held.length - heldBack(this.#held) : end;
      if (sure > 0) yield { thought: true, text: this.#held.slice(0, sure) };
      if (end < 0) this.#held = this.#held.slice(sure);
      else this.#enter('behind', this.#held.slice(end + closing.length));
    }
    if (this.#state === 'behind') {
      const text = this.#held.trimStart();
      if (text !== '') this.#enter('said', text);
    }
    if (this.#state === 'said') yield* this.end();
  }

  /** What has been held back, because no more content comes before something else does. */
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

/** How much of the text's end may be the beginning of the closing tag. */
function heldBack(text: string): number {
  for (let length = Math.min(closing.length - 1, text.length); length > 0; length--) {
    if (closing.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
