import { errorKinds, SluiceError, toSluiceError } from '../stream/errors.ts';
import type { StreamEvent } from '../stream/events.ts';
import type { Clock } from '../time/clock.ts';
import { sleep } from '../time/sleep.ts';
import { timedOut } from '../time/timed-out.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { isContent } from './content.ts';

/** A target that may be asked. */
export interface Candidate {
  /** One word for the target, under which its circuit is kept. */
  readonly key: string;
  /** How often the same target may be asked again. */
  readonly retries: number;
  /** One upstream call, which ends when the signal aborts. */
  attempt(signal: AbortSignal): UpstreamAttempt;
  /** Whether there is another key now than the one with which a call was refused that began at this time of the clock. */
  refreshKey(since: number): Promise<boolean>;
}

/** One call of one target. */
export interface UpstreamAttempt {
  readonly events: AsyncGenerator<StreamEvent>;
  /** Called when the client gets this attempt's answer, or a part of it. */
  serve(): void;
}

export interface AttemptPolicy {
  readonly clock: Clock;
  readonly circuitBreaker: CircuitBreaker;
  /** From 0 to 1, for the spread of retries. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** After how long without content the next target is asked too, in milliseconds. */
  readonly hedgeAfterMs?: number;
}

/** An attempt that has come to content: what it said until then, and the rest. */
interface Begun {
  readonly candidate: Candidate;
  readonly serve: () => void;
  readonly held: StreamEvent[];
  readonly rest: AsyncGenerator<StreamEvent>;
}

/** What an attempt may say before its first content; one that says more is taken at its word. */
const maxHeldEvents = 64;
const maxHeldCharacters = 256 * 1024;
/** A provider may ask to wait this long, in milliseconds, and is then asked again; for longer, the next one is asked. */
const maxRetryAfterMs = 5_000;
/** A target that fails after this much silence, in milliseconds, would be silent again. */
const silenceMs = 10_000;
/** The longest pause before the same target is asked again unbidden, in milliseconds. */
const maxPauseMs = 500;

/**
 * The answer of the first candidate that comes to content, in order. Until then its envelope is held back, so that a
 * failure is not seen and the next attempt may be made; after that a failure passes through.
 * Throws the failure that tells the caller most, when every attempt has failed.
 */
export async function* firstAnswer(candidates: readonly Candidate[], policy: AttemptPolicy): AsyncGenerator<StreamEvent> {
  const { circuitBreaker } = policy;
  const queue = circuitBreaker.order(candidates);
  const { candidate, serve, held, rest } = await winner(queue, policy);
  serve();
  try {
    for (const event of held) yield event;
    for await (const event of rest) yield event;
    circuitBreaker.succeeded(candidate.key);
  } catch (thrown) {
    circuitBreaker.failed(candidate.key, toSluiceError(thrown));
    throw thrown;
  } finally {
    await rest.return(undefined);
  }
}

/** The first attempt to speak: of one lane through the queue, or of a second one too when the first is late. */
async function winner(queue: Candidate[], policy: AttemptPolicy): Promise<Begun> {
  const lanes: { abort: AbortController; begun: Promise<Begun> }[] = [];
  const start = () => {
    const abort = new AbortController();
    lanes.push({ abort, begun: runLane(queue, policy, AbortSignal.any([policy.signal, abort.signal])) });
  };
  start();
  const { hedgeAfterMs, clock, signal } = policy;
  const [first] = lanes;
  if (first && hedgeAfterMs !== undefined && (await timedOut(first.begun, hedgeAfterMs, clock, signal)) && queue.length > 0)
    start();
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

/** Asks one candidate after the other until one begins to speak. Takes them from the queue, which lanes share. */
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
        if (error.retry === 'never') throw error;
        // A new key is worth one more call whatever the operator allows: the refused one asked nothing of the model.
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

/** Hears one attempt out until its first content. */
async function begin(candidate: Candidate, signal: AbortSignal): Promise<Begun> {
  const { events: rest, serve } = candidate.attempt(signal);
  const held: StreamEvent[] = [];
  let characters = 0;
  for (;;) {
    const { value, done } = await rest.next();
    if (done) throw new SluiceError('upstream_empty', 'The provider did not respond.');
    held.push(value);
    characters += 'passthrough' in value && value.passthrough ? JSON.stringify(value.passthrough).length : 0;
    if (isContent(value) || held.length >= maxHeldEvents || characters > maxHeldCharacters)
      return { candidate, serve, held, rest };
  }
}

/**
 * How long to wait before the same target is asked again, in milliseconds, fully spread so that callers do not come
 * back together; `undefined` when it is not to be asked again. A target that was silent is not.
 */
function pauseBefore(error: SluiceError, random: () => number): number | undefined {
  if (error.retryAfterMs !== undefined) return error.retryAfterMs <= maxRetryAfterMs ? error.retryAfterMs : undefined;
  // A 4xx that another target may do better (409) is a refusal all the same.
  const status = error.upstream?.status ?? 0;
  const refused = status >= 400 && status < 500;
  return error.retry === 'same' && !refused ? random() * maxPauseMs : undefined;
}

/** The last failure; but a refusal of the request by a later target does not hide that an earlier one was down. */
function mostTelling(errors: readonly SluiceError[]): SluiceError {
  const last = errors.at(-1) ?? new SluiceError('gateway_error', 'No provider is configured for this model.');
  if (errorKinds[last.kind].faultSource !== 'client') return last;
  return errors.findLast((error) => errorKinds[error.kind].faultSource === 'upstream') ?? last;
}
