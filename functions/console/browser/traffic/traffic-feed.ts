import type { TrafficEntry, TrafficPage } from '../../api/types.ts';
import { getJson } from '../models/catalog.ts';

const everyMs = 1000;
const kept = 200;

/** Polls the server's last requests while the view is visible. */
export class TrafficFeed {
  entries: readonly TrafficEntry[] = [];
  /** Why the last poll failed. */
  problem: string | undefined;
  readonly #apiKey: () => string;
  readonly #onChange: () => void;
  #last = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isFollowing = false;

  constructor(apiKey: () => string, onChange: () => void) {
    this.#apiKey = apiKey;
    this.#onChange = onChange;
  }

  follow(): void {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    void this.#poll();
  }

  pause(): void {
    this.#isFollowing = false;
    clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    const before = this.problem;
    try {
      const { last, requests } = await getJson<TrafficPage>(`/console/api/traffic?after=${this.#last}`, this.#apiKey());
      // A restarted server counts from one again.
      if (last < this.#last) this.entries = [];
      this.entries = [...this.entries, ...requests].slice(-kept);
      this.problem = undefined;
      if (requests.length > 0 || before !== undefined || last !== this.#last) this.#onChange();
      this.#last = last;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      if (this.problem !== before) this.#onChange();
    }
    if (this.#isFollowing) this.#timer = setTimeout(() => void this.#poll(), everyMs);
  }
}
