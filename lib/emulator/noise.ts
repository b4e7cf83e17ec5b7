const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What looks random in an answer (ids, padding), and is the same in every run for the same call of an emulator. */
export class Noise {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    // Numerical Recipes' linear congruence; its high bits are random enough to look at.
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  text(length: number): string {
    return Array.from({ length }, () => letters[this.below(letters.length)]).join('');
  }
}
