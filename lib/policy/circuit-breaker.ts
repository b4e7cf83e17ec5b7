import { errorKinds, type SluiceError } from '../stream/errors.ts';
import { type Clock, wallTime } from '../time/clock.ts';

/** Consecutive failures that open a circuit. */
const opensAfter = 5;
/** How long it stays open before one request may probe the target, in milliseconds. */
const openForMs = 10_000;
/**
 * Clients can name models that don't exist, and each of them fails. Above this number, the oldest failure is dropped.
 */
const maxKnown = 1000;

interface Circuit {
  failures: number;
  /** When the next probe is due. `undefined` while the circuit is closed. */
  probeAt?: number;
}

/**
 * Remembers failing targets and moves them behind the others. It only reorders. If no other target is left, a failing
 * one is still tried. The state belongs to one process and is only a hint.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #circuitBreaker = new Map<string, Circuit>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The same targets, with open circuits last. From time to time, one request is a probe and keeps the original
   * order.
   */
  order<Target extends { readonly key: string }>(targets: readonly Target[]): Target[] {
    const open = new Set(targets.filter(({ key }) => this.#isOpen(key)));
    return [...targets.filter((target) => !open.has(target)), ...open];
  }

  succeeded(key: string): void {
    this.#circuitBreaker.delete(key);
  }

  /** Client errors don't count against the target. */
  failed(key: string, error: SluiceError): void {
    if (errorKinds[error.kind].faultSource !== 'upstream') return;
    const circuit = this.#circuitBreaker.get(key) ?? { failures: 0 };
    circuit.failures++;
    if (circuit.failures >= opensAfter) circuit.probeAt = wallTime(this.#clock) + openForMs;
    // Reinserted at the end, because the first entry is the one to drop.
    this.#circuitBreaker.delete(key);
    this.#circuitBreaker.set(key, circuit);
    if (this.#circuitBreaker.size <= maxKnown) return;
    const [oldest] = this.#circuitBreaker.keys();
    if (oldest !== undefined) this.#circuitBreaker.delete(oldest);
  }

  #isOpen(key: string): boolean {
    const circuit = this.#circuitBreaker.get(key);
    if (circuit?.probeAt === undefined) return false;
    const waitMs = circuit.probeAt - wallTime(this.#clock);
    // More is left only if the wall clock was set back.
    if (waitMs > 0 && waitMs <= openForMs) return true;
    // This request is the probe. The others avoid the target until its outcome is known or the next probe is due.
    circuit.probeAt = wallTime(this.#clock) + openForMs;
    return false;
  }
}
