import { deliver, nothingWritten, type Sink } from './deliver.ts';
import type { ClientDialect } from './dialects/dialect.ts';
import { type Candidate, firstAnswer } from './policy/attempts.ts';
import { Circuits } from './policy/circuits.ts';
import type { Clock } from './policy/clock.ts';
import { isContent } from './policy/content.ts';
import { continued } from './policy/continuation.ts';
import { startDeadlines, type Timeouts } from './policy/deadlines.ts';
import { isLate } from './policy/is-late.ts';
import { startTotal } from './policy/total.ts';
import type { Attempt, Progress } from './progress.ts';
import type { Provider } from './providers/provider.ts';
import { concealError } from './secrets/conceal.ts';
import { SluiceError, toSluiceError } from './stream/errors.ts';
import type { Events, StreamEvent } from './stream/events.ts';
import type { JsonObject } from './stream/json.ts';
import type { ModelRequest } from './stream/request.ts';

/** One place an answer may come from. */
export interface Target {
  readonly provider: Provider;
  /** The model as the provider calls it. */
  readonly model: string;
  readonly timeouts: Timeouts;
  /** The model takes up its own turn where the request leaves it; unknown is no. */
  readonly prefill: boolean;
}

/** What a model's name stands for: where to ask, in order, and how hard to try. */
export interface Route {
  readonly name: string;
  readonly targets: readonly Target[];
  /** The whole answer, all attempts together, in milliseconds. */
  readonly totalMs: number;
  /** How often the same target is asked again. */
  readonly retries: number;
  /** After how long without content the next target is asked too, in milliseconds. */
  readonly hedgeAfterMs?: number;
  /** A plain-text answer that breaks off may be taken up by the next target. */
  readonly continueText: boolean;
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

export interface Gateway {
  /** The whole answer. Throws a SluiceError, fit to be shown, instead of a partial one. */
  complete(question: Question): Promise<JsonObject>;
  /**
   * The answer as a stream, ready to be run into a sink. Resolves when the first content is there, or after a wait,
   * since headers must be sent some time; throws a SluiceError, fit to be shown, when it fails before that.
   */
  stream(question: Question): Promise<(sink: Sink) => Promise<void>>;
  /**
   * How many tokens the prompt has, counted by the provider that would answer; never an estimate. Throws a SluiceError,
   * `route_not_found` where that provider cannot count.
   */
  countTokens(question: Question): Promise<number>;
}

export interface GatewaySettings {
  readonly clock: Clock;
  /** How long a stream's status may wait for the first content, in milliseconds. */
  readonly commitAfterMs: number;
  /** How long a stream may be silent, in milliseconds. */
  readonly heartbeatMs: number;
  /** From 0 to 1, for the spread of retries. */
  readonly random: () => number;
}

export function createGateway({ clock, commitAfterMs, heartbeatMs, random }: GatewaySettings): Gateway {
  const shared: Shared = { clock, random, circuits: new Circuits(clock) };
  return {
    async complete(question) {
      const collector = question.client.collector(encodeOptions(question));
      for await (const event of answer(question, shared)) {
        if (event.type === 'error') throw event.error;
        collector.write(event);
      }
      return collector.body();
    },

    async stream(question) {
      // Made before anything is asked: should that fail, nothing has been opened.
      const encoder = question.client.encoder(encodeOptions(question));
      const events = answer(question, shared);
      const first = events.next();
      const opened = await isLate(first, commitAfterMs, clock);
      if (!opened) {
        const { value } = await first;
        if (value?.type === 'error') {
          await events.return(undefined);
          throw value.error;
        }
      }
      const written = nothingWritten();
      question.progress.written = written;
      const { write } = question.client;
      return async (sink) => {
        const delivery = { first, events, encoder, write, opened, clock, heartbeatMs, written };
        const error = await deliver(delivery, sink);
        if (error) question.progress.end = { type: 'error', error };
      };
    },

    countTokens: (question) => countTokens(question, clock),
  };
}

/** What all answers of a process share. */
interface Shared {
  readonly clock: Clock;
  readonly random: () => number;
  readonly circuits: Circuits;
}

/**
 * The answer from whichever target gives it. A failure is the last event, without secrets: this stream cannot fail.
 * The upstream is closed however the iteration ends.
 */
async function* answer(question: Question, shared: Shared): AsyncGenerator<StreamEvent> {
  const { route, progress } = question;
  const { clock } = shared;
  const total = startTotal(clock, route.totalMs, question.signal);
  try {
    for await (const event of joined(question, (one) => ask(one, total.signal, shared))) {
      if (progress.firstContentAt === undefined && isContent(event)) progress.firstContentAt = clock.now();
      if (event.type === 'finish') progress.end = event;
      yield event;
    }
  } catch (thrown) {
    progress.end = { type: 'error', error: concealError(toSluiceError(thrown)) };
    yield progress.end;
  } finally {
    total.stop();
  }
}

/** The answer to a question; to one of several prompts, all answers as one. */
function joined(question: Question, ask: (question: Question) => Events): Events {
  const { furtherPrompts, ...request } = question.request;
  const { client } = question;
  if (!furtherPrompts || !client.join) return ask(question);
  const prompts = [request.messages, ...furtherPrompts];
  return client.join(
    prompts.map((messages) => ask({ ...question, request: { ...request, messages } })),
    request,
  );
}

/** One answer, which may fail, from whichever target gives it. */
function ask(question: Question, signal: AbortSignal, { clock, random, circuits }: Shared): Events {
  const { route, progress, request } = question;
  const candidates = route.targets.map((target) => candidate(question, target, clock));
  const hedge = route.hedgeAfterMs !== undefined && { hedgeAfterMs: route.hedgeAfterMs };
  const events = firstAnswer(candidates, { clock, random, circuits, signal, ...hedge });
  if (!route.continueText) return events;
  const successor = () => nextTarget(question, signal, clock);
  return continued(events, request, successor, () => {
    progress.estimated = true;
  });
}

function candidate(question: Question, target: Target, clock: Clock): Candidate {
  return {
    key: targetName(target),
    retries: question.route.retries,
    call: (signal) => call(question, question.request, target, signal, clock),
  };
}

/** The target after the one that broke off, wrapping round, since the one before it may be well again. */
function nextTarget(question: Question, signal: AbortSignal, clock: Clock) {
  const { targets } = question.route;
  const last = question.progress.attempts.at(-1);
  const current = targets.findIndex((target) => target.provider.name === last?.provider && target.model === last.model);
  const target = targets[(current + 1) % targets.length];
  if (!target || targets.length < 2) return undefined;
  return { prefill: target.prefill, call: (request: ModelRequest) => call(question, request, target, signal, clock) };
}

function targetName({ provider, model }: Target): string {
  return `${provider.name}/${model}`;
}

/** One call at one target. Throws what went wrong first: a deadline rather than the broken connection it led to. */
async function* call(
  question: Question,
  request: ModelRequest,
  target: Target,
  signal: AbortSignal,
  clock: Clock,
): AsyncGenerator<StreamEvent> {
  const { progress } = question;
  const { provider, model } = target;
  const attempt: Attempt = { provider: provider.name, model };
  const startedAt = clock.now();
  progress.attempts.push(attempt);
  const deadlines = startDeadlines(clock, target.timeouts, signal);
  let readToEnd = false;
  try {
    const speech = provider.speaking?.(request.dialect, model) ?? provider;
    const { dialect } = speech;
    const built = dialect.build(request, model);
    progress.dropped = built.dropped;
    // The caller's own headers mean something only to a provider of its dialect.
    const native = dialect.name === request.dialect;
    const headers = { ...(native && question.headers), ...built.headers };
    const frames = await speech.open({
      model,
      body: built.body,
      headers,
      signal: deadlines.signal,
      onConnected: deadlines.connected,
    });
    const context = { id: question.answerId, model, native };
    for await (const event of dialect.decode(frames, context)) {
      deadlines.event(isContent(event));
      // An id in another dialect's form says nothing to this caller.
      yield event.type === 'start' && !native ? { ...event, id: question.answerId } : event;
      deadlines.taken();
    }
    readToEnd = true;
  } catch (thrown) {
    const error = toSluiceError(deadlines.signal.aborted ? deadlines.signal.reason : thrown);
    attempt.error = error.kind;
    if (error.upstream?.status !== undefined) attempt.status = error.upstream.status;
    throw error;
  } finally {
    attempt.ms = Math.round(clock.now() - startedAt);
    deadlines.stop(readToEnd);
  }
}

async function countTokens(question: Question, clock: Clock): Promise<number> {
  const target = question.route.targets[0];
  if (!target?.provider.countTokens) {
    throw new SluiceError(
      'route_not_found',
      `The provider of \`${question.route.name}\` does not count tokens, and an estimate would not be true.`,
    );
  }
  const { provider, model, timeouts } = target;
  const deadlines = startDeadlines(clock, timeouts, question.signal);
  try {
    const built = provider.dialect.build(question.request, model);
    const headers = { ...(provider.dialect.name === question.request.dialect && question.headers), ...built.headers };
    return await target.provider.countTokens({
      model,
      body: built.body,
      headers,
      signal: deadlines.signal,
      onConnected: deadlines.connected,
    });
  } catch (thrown) {
    throw concealError(toSluiceError(deadlines.signal.aborted ? deadlines.signal.reason : thrown));
  } finally {
    deadlines.stop(true);
  }
}

function encodeOptions({ request, requestId, answerId, route, created }: Question) {
  return { request, requestId, id: answerId, model: route.name, created };
}

/** The reason given to everything that is stopped because the caller has left. */
export function callerLeft(): SluiceError {
  return new SluiceError('client_closed', 'The caller closed the connection.');
}
