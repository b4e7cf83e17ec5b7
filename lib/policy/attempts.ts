import { errorKinds, SluiceError, toSluiceError } from '../stream/errors.ts';
import type { StreamEvent } from '../stream/events.ts';
import type { Clock } from '../time/clock.ts';
import { sleep } from '../time/sleep.ts';
import { timedOut } from '../time/timed-out.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { isContent } from './content.ts';

/** A possible target. */
export interface Candidate {
  /** The name of the target, used for its circuit. */
  readonly key: string;
  /** How often the same target may be retried. */
  readonly retries: number;
  /** One upstream request, which ends when the signal aborts. */
  attempt(signal: AbortSignal): UpstreamAttempt;
  /** True if there is a new key since the rejected request, which began at this time of the clock. */
  refreshKey(since: number): Promise<boolean>;
  /** True if the target refused nothing but a hint, and the next attempt goes without it. */
  leaveOutHint?(error: SluiceError): boolean;
}

/** One request to one target. */
export interface UpstreamAttempt {
  readonly events: AsyncGenerator<readonly StreamEvent[]>;
  /** Called when the client gets this attempt's answer, or a part of it. */
  serve(): void;
}

export interface AttemptPolicy {
  readonly clock: Clock;
  readonly circuitBreaker: CircuitBreaker;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** After how long without content the next target is started too, in milliseconds. */
  readonly hedgeAfterMs?: number;
}

/** An attempt with content: its events so far, and the rest. */
interface Begun {
  readonly candidate: Candidate;
  readonly serve: () => void;
  readonly held: StreamEvent[];
  readonly rest: AsyncGenerator<readonly StreamEvent[]>;
}

/** The maximum size of the envelope before the first content. A larger one counts as content. */
const maxHeldEvents = 64;
const maxHeldCharacters = 256 * 1024;
/**
 * The longest wait requested by a provider that Sluice honors before it retries, in milliseconds. For a longer one,
 * it uses the next target.
 */
const maxRetryAfterMs = 5_000;
/** A target that fails after this much silence, in milliseconds, would probably be silent again. It is not retried. */
const silenceMs = 10_000;
/** The longest pause before a retry without a requested wait, in milliseconds. */
const maxPauseMs = 500;

/**
 * The answer of the first candidate with content, in order. Until then its envelope is held back, so that a failure
 * stays invisible and the next attempt can start. Later failures pass through. If every attempt failed, throws the
 * most informative failure.
 */
export async function* firstAnswer(
  candidates: readonly Candidate[],
  policy: AttemptPolicy,
): AsyncGenerator<readonly StreamEvent[]> {
  const { circuitBreaker } = policy;
  const queue = circuitBreaker.order(candidates);
  const { candidate, serve, held, rest } = await winner(queue, policy);
  serve();
  try {
    yield held;
    for await (const events of rest) yield events;
    circuitBreaker.succeeded(candidate.key);
  } catch (thrown) {
    circuitBreaker.failed(candidate.key, toSluiceError(thrown));
    throw thrown;
  } finally {
    await rest.return(undefined);
  }
}

/** The first attempt with content, from one lane through the queue, or also from a second lane if the first is late. */
async function winner(queue: Candidate[], policy: AttemptPolicy): Promise<Begun> {
  const lanes: { abort: AbortController; begun: Promise<Begun> }[] = [];
  const start = () => {
    const abort = new AbortController();
    lanes.push({ abort, begun: runLane(queue, policy, AbortSignal.any([policy.signal, abort.signal])) });
  };
  const { hedgeAfterMs, clock, signal } = policy;
  // Most requests have one lane, which nothing but the policy aborts.
  if (hedgeAfterMs === undefined || queue.length < 2) return runLane(queue, policy, signal);
  start();
  const [first] = lanes;
  if (first && (await timedOut(first.begun, hedgeAfterMs, clock, signal)) && queue.length > 0) start();
  try {
    const { lane, begun } = await Promise.any(lanes.map(async (lane) => ({ lane, begun: await lane.begun })));
    for (const other of lanes.filter((candidate) => candidate !== lane)) {
      other.abort.abort(new SluiceError('superseded', 'Another target responded first.'));
      void other.begun.then(({ rest }) => rest.return(undefined)).catch(() => {});
    }
    return begun;
  } catch (thrown) {
    throw thrown instanceof AggregateError ? mostTelling(thrown.errors.map(toSluiceError)) : thrown;
  }
}

/** Tries one candidate after the other until one has content. Takes them from the queue, which the lanes share. */
async function runLane(queue: Candidate[], policy: AttemptPolicy, signal: AbortSignal): Promise<Begun> {
  const errors: SluiceError[] = [];
  for (let candidate = queue.shift(); candidate; candidate = queue.shift()) {
    for (let retry = 0; ; retry++) {
      const since = policy.clock.now();
      try {
        return await begin(candidate, signal);
      } catch (thrown) {
        const error = toSluiceError(thrown);
        errors.push(error);
        if (error.kind !== 'superseded') policy.circuitBreaker.failed(candidate.key, error);
        // Once more without a hint that the target refuses. The target remembers it.
        if (retry === 0 && candidate.leaveOutHint?.(error)) continue;
        if (error.retry === 'never') throw error;
        // A new key justifies one more attempt, whatever the operator's retry setting, because the rejected one never
        // reached the model.
        if (retry === 0 && error.kind === 'provider_auth_error' && (await candidate.refreshKey(since))) continue;
        const silent = error.upstream?.status === undefined && policy.clock.now() - since >= silenceMs;
        const pause = retry < candidate.retries && !silent ? pauseBefore(error, policy.random) : undefined;
        if (pause === undefined) break;
        await sleep(policy.clock, pause, signal);
      }
    }
  }
  throw mostTelling(errors);
}

/** Reads one attempt until its first content. */
async function begin(candidate: Candidate, signal: AbortSignal): Promise<Begun> {
  const { events: rest, serve } = candidate.attempt(signal);
  const held: StreamEvent[] = [];
  let characters = 0;
  for (;;) {
    const { value, done } = await rest.next();
    if (done) throw new SluiceError('upstream_empty', 'The provider did not respond.');
    for (const event of value) held.push(event);
    if (value.some(isContent)) return { candidate, serve, held, rest };
    for (const event of value)
      characters += 'passthrough' in event && event.passthrough ? JSON.stringify(event.passthrough).length : 0;
    if (held.length >= maxHeldEvents || characters > maxHeldCharacters) return { candidate, serve, held, rest };
  }
}

/**
 * The wait before the same target is retried, in milliseconds, with full jitter so that clients don't return at the
 * same time. `undefined` if it should not be retried, such as after silence.
 */
function pauseBefore(error: SluiceError, random: () => number): number | undefined {
  if (error.retryAfterMs !== undefined) return error.retryAfterMs <= maxRetryAfterMs ? error.retryAfterMs : undefined;
  // A 4xx that another target may handle better (409) is still a rejection.
  const status = error.upstream?.status ?? 0;
  const refused = status >= 400 && status < 500;
  return error.retry === 'same' && !refused ? random() * maxPauseMs : undefined;
}

/** The last failure. But a later target's rejection of the request must not hide that an earlier target was down. */
function mostTelling(errors: readonly SluiceError[]): SluiceError {
  const last = errors.at(-1) ?? new SluiceError('gateway_error', 'No provider is configured for this model.');
  if (errorKinds[last.kind].faultSource !== 'client') return last;
  return errors.findLast((error) => errorKinds[error.kind].faultSource === 'upstream') ?? last;
}
