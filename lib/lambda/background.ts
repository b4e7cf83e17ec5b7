/** Work that continues besides a response. An environment is frozen once its response has ended. */
export class Background {
  #works: Promise<unknown>[] = [];
  readonly #failed: (reason: unknown) => void;

  /** `failed` is called for work that rejects. */
  constructor(failed: (reason: unknown) => void) {
    this.#failed = failed;
  }

  add(work: Promise<unknown>): void {
    this.#works.push(work.catch(this.#failed));
  }

  /**
   * Resolves when all work is done, including work that is added meanwhile, or when the signal aborts. Never rejects.
   */
  async settled(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<void>();
    const abort = () => aborted.resolve();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    while (this.#works.length > 0 && !signal.aborted) await Promise.race([Promise.all(this.#works.splice(0)), aborted.promise]);
    signal.removeEventListener('abort', abort);
  }
}
