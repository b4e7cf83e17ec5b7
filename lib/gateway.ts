import { deliver, type Sink } from './deliver.ts';
import type { ClientDialect } from './dialects/dialect.ts';
import { type Attempt, firstAnswer } from './policy/attempts.ts';
import type { Clock } from './policy/clock.ts';
import { waitedInVain } from './policy/commitment.ts';
import { isContent } from './policy/content.ts';
import { startDeadlines, type Timeouts } from './policy/deadlines.ts';
import { settle } from './policy/settle.ts';
import { startTotal } from './policy/total.ts';
import type { Provider } from './providers/provider.ts';
import { SluiceError, toSluiceError } from './stream/errors.ts';
import type { StreamEvent } from './stream/events.ts';
import type { JsonObject } from './stream/json.ts';
import type { ModelRequest } from './stream/request.ts';

/** One place an answer may come from. */
export interface Target {
  readonly provider: Provider;
  /** The model as the provider calls it. */
  readonly model: string;
  readonly timeouts: Timeouts;
}

/** What a model's name stands for: where to ask, in order. */
export interface Route {
  readonly name: string;
  readonly targets: readonly Target[];
  /** The whole answer, all attempts together, in milliseconds. */
  readonly totalMs: number;
}

/** One request on its way: who asks what, where it may be answered. */
export interface Question {
  readonly request: ModelRequest;
  readonly client: ClientDialect;
  readonly route: Route;
  readonly requestId: string;
  /** Our own id for the answer. */
  readonly answerId: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Headers of the caller that go on to the provider; an allow-list of the function's. */
  readonly headers: Record<string, string>;
  /** Aborts when the caller leaves. */
  readonly signal: AbortSignal;
  /** Filled in as the answer goes on; the access log is written from it. */
  readonly progress: Progress;
}

/** What has become known of an answer so far. Times are milliseconds of the clock. */
export interface Progress {
  attempts: { provider: string; model: string; error?: string }[];
  dropped: readonly string[];
  firstContentAt?: number;
  end?: Extract<StreamEvent, { type: 'finish' | 'error' }>;
}

export interface Gateway {
  /** The whole answer. Throws a SluiceError, fit to be shown, instead of a partial one. */
  complete(question: Question): Promise<JsonObject>;
  /**
   * The answer as a stream, ready to be run into a sink. Resolves when the first content is there, or after a wait,
   * since headers must be sent some time; throws a SluiceError, fit to be shown, when it fails before that.
   */
  stream(question: Question): Promise<(sink: Sink) => Promise<void>>;
}

export interface GatewaySettings {
  readonly clock: Clock;
  readonly commitAfterMs: number;
  readonly heartbeatMs: number;
}

export function createGateway({ clock, commitAfterMs, heartbeatMs }: GatewaySettings): Gateway {
  return {
    async complete(question) {
      const collector = question.client.collector(encodeOptions(question));
      for await (const event of answer(question, clock)) {
        if (event.type === 'error') throw event.error;
        collector.write(event);
      }
      return collector.body();
    },

    async stream(question) {
      const events = answer(question, clock);
      const first = events.next();
      const opened = await waitedInVain(first, clock, commitAfterMs);
      if (!opened) {
        const { value } = await first;
        if (value?.type === 'error') {
          await events.return(undefined);
          throw value.error;
        }
      }
      const encoder = question.client.encoder(encodeOptions(question));
      const { write } = question.client;
      return (sink) => deliver({ events: resume(first, events), encoder, write, opened, clock, heartbeatMs }, sink);
    },
  };
}

/** Settled events, from whichever target answers; the upstream is closed however the iteration ends. */
async function* answer(question: Question, clock: Clock): AsyncGenerator<StreamEvent> {
  const { route, progress } = question;
  const total = startTotal(clock, route.totalMs, question.signal);
  const attempts = route.targets.map(
    (target): Attempt =>
      () =>
        call(question, target, total.signal, clock),
  );
  try {
    for await (const event of settle(firstAnswer(attempts))) {
      if (progress.firstContentAt === undefined && isContent(event)) progress.firstContentAt = clock.now();
      if (event.type === 'finish' || event.type === 'error') progress.end = event;
      yield event;
    }
  } finally {
    total.stop();
  }
}

/** One call at one target. Throws what went wrong first: a deadline rather than the broken connection it led to. */
async function* call(question: Question, target: Target, signal: AbortSignal, clock: Clock): AsyncGenerator<StreamEvent> {
  const { request, client, progress } = question;
  const { provider, model } = target;
  const attempt: Progress['attempts'][number] = { provider: provider.name, model };
  progress.attempts.push(attempt);
  const deadlines = startDeadlines(clock, target.timeouts, signal);
  let readToEnd = false;
  try {
    const { dialect } = provider;
    const built = dialect.build(request, model);
    progress.dropped = built.dropped;
    // The caller's own headers mean something only to a provider of its dialect.
    const headers = { ...(dialect.name === client.name && question.headers), ...built.headers };
    const frames = await provider.open({
      model,
      body: built.body,
      headers,
      signal: deadlines.signal,
      onConnected: deadlines.connected,
    });
    const context = { id: question.answerId, model, native: dialect.name === client.name };
    for await (const event of dialect.decode(frames, context)) {
      deadlines.event(isContent(event));
      yield event;
      deadlines.taken();
    }
    readToEnd = true;
  } catch (thrown) {
    const error = toSluiceError(deadlines.signal.aborted ? deadlines.signal.reason : thrown);
    attempt.error = error.kind;
    throw error;
  } finally {
    deadlines.stop(readToEnd);
  }
}

function encodeOptions({ request, requestId, answerId, route, created }: Question) {
  return { request, requestId, id: answerId, model: route.name, created };
}

async function* resume(
  first: Promise<IteratorResult<StreamEvent>>,
  events: AsyncGenerator<StreamEvent>,
): AsyncGenerator<StreamEvent> {
  try {
    const { value, done } = await first;
    if (!done) yield value;
    yield* events;
  } finally {
    await events.return(undefined);
  }
}

/** The reason given to everything that is stopped because the caller has left. */
export function callerLeft(): SluiceError {
  return new SluiceError('client_closed', 'The caller closed the connection.');
}
