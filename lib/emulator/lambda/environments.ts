import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionSettings } from './settings.ts';

/** The execution environments of one function: one per concurrent request, each kept for the next one. */
export class Environments {
  readonly #settings: FunctionSettings;
  readonly #all = new Set<ExecutionEnvironment>();
  #used = 0;
  #started = 0;

  constructor(settings: FunctionSettings) {
    this.#settings = settings;
  }

  get all(): readonly ExecutionEnvironment[] {
    return [...this.#all];
  }

  /**
   * Takes a concurrency slot and passes an environment to `use`. Returns `false` if there is no slot. The slot is
   * free again when `use` is done.
   */
  async take(use: (environment: ExecutionEnvironment) => Promise<void>): Promise<boolean> {
    const { reservedConcurrency } = this.#settings;
    if (reservedConcurrency !== false && this.#used >= reservedConcurrency) return false;
    this.#used++;
    try {
      await use((await this.#idle()) ?? (await this.#start()));
    } finally {
      this.#used--;
    }
    return true;
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((environment) => environment.close()));
  }

  /** An environment that is idle, or about to be. Its client may see the end of the response a moment earlier. */
  async #idle(): Promise<ExecutionEnvironment | undefined> {
    for (;;) {
      const idle = this.all.findLast((environment) => environment.isIdle && !environment.isGone);
      if (idle) return idle;
      const settling = this.all.find((environment) => environment.settling)?.settling;
      if (!settling) return undefined;
      await settling;
    }
  }

  async #start(): Promise<ExecutionEnvironment> {
    const environment = await ExecutionEnvironment.start(this.#settings, ++this.#started);
    this.#all.add(environment);
    void environment.ended().then(() => this.#all.delete(environment));
    return environment;
  }
}
