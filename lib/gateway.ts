import { call, countTokens } from './call.ts';
import { deliver, nothingWritten, type Sink } from './deliver.ts';
import { type Candidate, firstAnswer } from './policy/attempts.ts';
import { Circuits } from './policy/circuits.ts';
import type { Clock } from './policy/clock.ts';
import { isContent } from './policy/content.ts';
import { continued } from './policy/continuation.ts';
import { isLate } from './policy/is-late.ts';
import { startTotal } from './policy/total.ts';
import { servedAttempt } from './progress.ts';
import type { Question, Target } from './question.ts';
import { concealError } from './secrets/conceal.ts';
import { toSluiceError } from './stream/errors.ts';
import type { Events, StreamEvent } from './stream/events.ts';
import type { JsonObject } from './stream/json.ts';
import type { ModelRequest } from './stream/request.ts';

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
      if (event.type === 'start' && event.usage) progress.usage = event.usage;
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
    refreshKey: async (since) => (await target.provider.refreshKey?.(since)) ?? false,
  };
}

/** The target after the one that broke off, wrapping round, since the one before it may be well again. */
function nextTarget(question: Question, signal: AbortSignal, clock: Clock) {
  const { targets } = question.route;
  const last = servedAttempt(question.progress.attempts);
  const current = targets.findIndex((target) => target.provider.name === last?.provider && target.model === last.model);
  const target = targets[(current + 1) % targets.length];
  if (!target || targets.length < 2) return undefined;
  return { prefill: target.prefill, call: (request: ModelRequest) => call(question, request, target, signal, clock) };
}

function targetName({ provider, model }: Target): string {
  return `${provider.name}/${model}`;
}

function encodeOptions({ request, requestId, answerId, route, created }: Question) {
  return { request, requestId, id: answerId, model: route.name, created };
}
