import type { StreamEvent } from '../stream/events.ts';

/**
 * Holds back a reasoning block that has only a signature, until something follows it.
 *
 * Gemini 3 signs the end of its answer. As the last block, that signature is an empty thinking block, and a client
 * that reads the last block as the result (Claude Code) shows nothing. In front of a call or a text the block is
 * needed and is written. The first block of an answer is never held back.
 */
export class LoneSignature {
  #held: StreamEvent[] = [];
  #blocks = 0;

  /** The events to write now, in order. */
  take(event: StreamEvent): readonly StreamEvent[] {
    const starts = event.type === 'block-start';
    if (starts) this.#blocks++;
    const mayBeLast = starts && event.block.kind === 'reasoning' && this.#blocks > 1;
    if (!mayBeLast && this.#held.length === 0) return [event];
    if (event.type === 'finish' || event.type === 'error') {
      this.#held = [];
      return [event];
    }
    if (!mayBeLast && event.type !== 'signature-delta' && event.type !== 'block-end') return [...this.#release(), event];
    const before = mayBeLast ? this.#release() : [];
    this.#held.push(event);
    return before;
  }

  #release(): StreamEvent[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
