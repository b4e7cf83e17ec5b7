import { errorKinds, type SluiceError } from '../stream/errors.ts';
import type { Clock } from '../time/clock.ts';

/** Failures in a row that open a circuit. */
const opensAfter = 5;
/** How long it stays open before one request may try the target again, in milliseconds. */
const openForMs = 10_000;
/** Callers may name models that are not there, and each of them fails. Of so many, whichever failed first is forgotten. */
const maxKnown = 1000;

interface Circuit {
  failures: number;
  /** When the next probe is due; `undefined` while the circuit is closed. */
  probeAt?: number;
}

/**
 * Remembers which targets fail, so that the others are asked first. It only reorders: with nothing else left, the
 * failing target is still tried. A hint of one process, never a verdict.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #circuitBreaker = new Map<string, Circuit>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same targets, those with an open circuit last. One request in a while is a probe and finds it in its place. */
  order<Target extends { readonly key: string }>(targets: readonly Target[]): Target[] {
    const open = new Set(targets.filter(({ key }) => this.#isOpen(key)));
    return [...targets.filter((target) => !open.has(target)), ...open];
  }

  succeeded(key: string): void {
    this.#circuitBreaker.delete(key);
  }

  /** Failures that are the caller's own say nothing of the target. */
  failed(key: string, error: SluiceError): void {
    if (errorKinds[error.kind].faultSource !== 'upstream') return;
    const circuit = this.#circuitBreaker.get(key) ?? { failures: 0 };
    circuit.failures++;
    if (circuit.failures >= opensAfter) circuit.probeAt = this.#clock.now() + openForMs;
    // Put behind all others: the first is the one to forget.
    this.#circuitBreaker.delete(key);
    this.#circuitBreaker.set(key, circuit);
    if (this.#circuitBreaker.size <= maxKnown) return;
    const [oldest] = this.#circuitBreaker.keys();
    if (oldest !== undefined) this.#circuitBreaker.delete(oldest);
  }

  #isOpen(key: string): boolean {
    const circuit = this.#circuitBreaker.get(key);
    if (circuit?.probeAt === undefined) return false;
    if (this.#clock.now() < circuit.probeAt) return true;
    // This request is the probe; the others go on around the target until its outcome is known, or the next is due.
    circuit.probeAt = this.#clock.now() + openForMs;
    return false;
  }
}
