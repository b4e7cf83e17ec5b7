import type { Run } from '../run/run.ts';
import { element } from '../ui/element.ts';

/** A longer pause counts as silence, in milliseconds. */
const silentAfterMs = 2000;
const everyMs = 250;

/** Shows how long a running stream has been silent, and the age of its last heartbeat. */
export class SilenceMeter {
  readonly root = element('p', { class: 'silence', 'aria-live': 'off' });
  #timer: ReturnType<typeof setInterval> | undefined;

  follow(run: Run): void {
    this.stop();
    this.#timer = setInterval(() => this.#show(run), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.root.textContent = '';
    this.root.classList.remove('silent');
  }

  #show(run: Run): void {
    if (run.end) {
      this.stop();
      return;
    }
    const contentAt = run.measures.lastAt ?? 0;
    const silentMs = run.elapsed - contentAt;
    const isSilent = silentMs >= silentAfterMs;
    this.root.classList.toggle('silent', isSilent);
    const heartbeat = run.lastHeardAt > contentAt + 1000 ? `, last heartbeat ${seconds(run.elapsed - run.lastHeardAt)} ago` : '';
    this.root.textContent = isSilent ? `Silent for ${seconds(silentMs)}${heartbeat}` : '';
  }
}

const seconds = (ms: number) => `${Math.floor(ms / 1000)} s`;
