import { type Candidate, firstAnswer } from '../policy/attempts.ts';
import { CircuitBreaker } from '../policy/circuit-breaker.ts';
import { isContent } from '../policy/content.ts';
import { continued } from '../policy/continuation.ts';
import { startTotal } from '../policy/total.ts';
import { redactError } from '../secrets/redact.ts';
import { toSluiceError } from '../stream/errors.ts';
import type { Events, StreamEvent } from '../stream/events.ts';
import type { JsonObject } from '../stream/json.ts';
import type { ModelRequest } from '../stream/request.ts';
import type { Clock } from '../time/clock.ts';
import { timedOut } from '../time/timed-out.ts';
import { servedAttempt } from './answer-state.ts';
import { call, countTokens } from './call-upstream.ts';
import { deliver, nothingWritten, type Sink } from './deliver.ts';
import type { GatewayRequest, Target } from './gateway-request.ts';

export interface Gateway {
  /** The whole answer. Throws a SluiceError, fit to be shown, instead of a partial one. */
  complete(gatewayRequest: GatewayRequest): Promise<JsonObject>;
  /**
   * The answer as a stream, ready to be run into a sink. Resolves when the first content is there, or after a wait,
   * since headers must be sent some time; throws a SluiceError, fit to be shown, when it fails before that.
   */
  stream(gatewayRequest: GatewayRequest): Promise<(sink: Sink) => Promise<void>>;
  /**
   * How many tokens the prompt has, counted by the provider that would answer; never an estimate. Throws a SluiceError,
   * `route_not_found` where that provider cannot count.
   */
  countTokens(gatewayRequest: GatewayRequest): Promise<number>;
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
  const shared: Shared = { clock, random, circuitBreaker: new CircuitBreaker(clock) };
  return {
    async complete(gatewayRequest) {
      const collector = gatewayRequest.client.collector(encodeOptions(gatewayRequest));
      for await (const event of answer(gatewayRequest, shared)) {
        if (event.type === 'error') throw event.error;
        collector.write(event);
      }
      return collector.body();
    },

    async stream(gatewayRequest) {
      // Made before anything is asked: should that fail, nothing has been opened.
      const encoder = gatewayRequest.client.encoder(encodeOptions(gatewayRequest));
      const events = answer(gatewayRequest, shared);
      const first = events.next();
      const opened = await timedOut(first, commitAfterMs, clock);
      if (!opened) {
        const { value } = await first;
        if (value?.type === 'error') {
          await events.return(undefined);
          throw value.error;
        }
      }
      const written = nothingWritten();
      gatewayRequest.answerState.written = written;
      const { write } = gatewayRequest.client;
      return async (sink) => {
        const delivery = { first, events, encoder, write, opened, clock, heartbeatMs, written };
        const error = await deliver(delivery, sink);
        if (error) gatewayRequest.answerState.end = { type: 'error', error };
      };
    },

    countTokens: (gatewayRequest) => countTokens(gatewayRequest, clock),
  };
}

/** What all answers of a process share. */
interface Shared {
  readonly clock: Clock;
  readonly random: () => number;
  readonly circuitBreaker: CircuitBreaker;
}

/**
 * The answer from whichever target gives it. A failure is the last event, without secrets: this stream cannot fail.
 * The upstream is closed however the iteration ends.
 */
async function* answer(gatewayRequest: GatewayRequest, shared: Shared): AsyncGenerator<StreamEvent> {
  const { route, answerState } = gatewayRequest;
  const { clock } = shared;
  const total = startTotal(clock, route.totalMs, gatewayRequest.signal);
  try {
    for await (const event of joined(gatewayRequest, (one) => ask(one, total.signal, shared))) {
      if (answerState.firstContentAt === undefined && isContent(event)) answerState.firstContentAt = clock.now();
      if (event.type === 'start' && event.usage) answerState.usage = event.usage;
      if (event.type === 'finish') answerState.end = event;
      yield event;
    }
  } catch (thrown) {
    answerState.end = { type: 'error', error: redactError(toSluiceError(thrown)) };
    yield answerState.end;
  } finally {
    total.stop();
  }
}

/** The answer to a question; to one of several prompts, all answers as one. */
function joined(gatewayRequest: GatewayRequest, ask: (gatewayRequest: GatewayRequest) => Events): Events {
  const { furtherPrompts, ...request } = gatewayRequest.request;
  const { client } = gatewayRequest;
  if (!furtherPrompts || !client.join) return ask(gatewayRequest);
  const prompts = [request.messages, ...furtherPrompts];
  return client.join(
    prompts.map((messages) => ask({ ...gatewayRequest, request: { ...request, messages } })),
    request,
  );
}

/** One answer, which may fail, from whichever target gives it. */
function ask(gatewayRequest: GatewayRequest, signal: AbortSignal, { clock, random, circuitBreaker }: Shared): Events {
  const { route, answerState, request } = gatewayRequest;
  const candidates = route.targets.map((target) => candidate(gatewayRequest, target, clock));
  const hedge = route.hedgeAfterMs !== undefined && { hedgeAfterMs: route.hedgeAfterMs };
  const events = firstAnswer(candidates, { clock, random, circuitBreaker, signal, ...hedge });
  if (!route.continueText) return events;
  const successor = () => nextTarget(gatewayRequest, signal, clock);
  return continued(events, request, successor, () => {
    answerState.estimated = true;
  });
}

function candidate(gatewayRequest: GatewayRequest, target: Target, clock: Clock): Candidate {
  return {
    key: targetName(target),
    retries: gatewayRequest.route.retries,
    call: (signal) => call(gatewayRequest, gatewayRequest.request, target, signal, clock),
    refreshKey: async (since) => (await target.provider.refreshKey?.(since)) ?? false,
  };
}

/** The target after the one that broke off, wrapping round, since the one before it may be well again. */
function nextTarget(gatewayRequest: GatewayRequest, signal: AbortSignal, clock: Clock) {
  const { targets } = gatewayRequest.route;
  const last = servedAttempt(gatewayRequest.answerState.attempts);
  const current = targets.findIndex((target) => target.provider.name === last?.provider && target.model === last.model);
  const target = targets[(current + 1) % targets.length];
  if (!target || targets.length < 2) return undefined;
  return { prefill: target.prefill, call: (request: ModelRequest) => call(gatewayRequest, request, target, signal, clock) };
}

function targetName({ provider, model }: Target): string {
  return `${provider.name}/${model}`;
}

function encodeOptions({ request, requestId, answerId, route, created }: GatewayRequest) {
  return { request, requestId, id: answerId, model: route.name, created };
}
