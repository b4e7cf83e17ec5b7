/** A line after every this many files, and after the last. */
const every = 20;

/** Prints how many of the test files have run: `120 of 236 files, 2 min 10 s`. */
export default class ProgressReporter {
  #total = 0;
  #ended = 0;
  #startedAt = 0;

  onTestRunStart(specifications) {
    this.#total = specifications.length;
    this.#ended = 0;
    this.#startedAt = Date.now();
  }

  onTestModuleEnd() {
    this.#ended++;
    if (this.#ended % every !== 0 && this.#ended !== this.#total) return;
    const seconds = Math.round((Date.now() - this.#startedAt) / 1000);
    process.stdout.write(`\n${this.#ended} of ${this.#total} files, ${Math.floor(seconds / 60)} min ${seconds % 60} s\n`);
  }
}
