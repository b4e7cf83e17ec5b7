import type { EncodeOptions } from '../dialects/dialect.ts';
import { CircuitBreaker } from '../policy/circuit-breaker.ts';
import type { JsonObject } from '../stream/json.ts';
import type { Clock } from '../time/clock.ts';
import { timedOut } from '../time/timed-out.ts';
import { type AnswerContext, answer } from './answer.ts';
import { countTokens } from './count-tokens.ts';
import { deliver, nothingWritten, type Sink } from './deliver.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { wholeAnswerLimit } from './whole-answer-limit.ts';

export interface Gateway {
  /** The whole answer. Throws a SluiceError instead of returning a partial one. */
  complete(gatewayRequest: GatewayRequest): Promise<JsonObject>;
  /**
   * The answer as a function that writes it to a sink. Resolves at the first content, or after `commitAfterMs`,
   * because the headers can't wait forever. Throws a SluiceError if the answer fails before that.
   */
  stream(gatewayRequest: GatewayRequest): Promise<(sink: Sink) => Promise<void>>;
  /**
   * The number of tokens in the prompt, counted by the provider that would answer, never an estimate. Throws a
   * SluiceError, `route_not_found` if that provider can't count.
   */
  countTokens(gatewayRequest: GatewayRequest): Promise<number>;
}

export interface GatewaySettings {
  readonly clock: Clock;
  /** How long the status of a stream may wait for the first content, in milliseconds. */
  readonly commitAfterMs: number;
  /** How long a stream may be silent before a heartbeat, in milliseconds. */
  readonly heartbeatMs: number;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
}

export function createGateway({ clock, commitAfterMs, heartbeatMs, random }: GatewaySettings): Gateway {
  const context: AnswerContext = { clock, random, circuitBreaker: new CircuitBreaker(clock) };
  return {
    async complete(gatewayRequest) {
      const collector = gatewayRequest.client.collector(encodeOptions(gatewayRequest, clock));
      const count = wholeAnswerLimit();
      for await (const events of answer(gatewayRequest, context)) {
        for (const event of events) {
          if (event.type === 'error') throw event.error;
          count(event);
          collector.write(event);
        }
      }
      return collector.body();
    },

    async stream(gatewayRequest) {
      // Before the first upstream request, so that a failure here opens nothing.
      const encoder = gatewayRequest.client.encoder(encodeOptions(gatewayRequest, clock));
      const endsAt = clock.now() + gatewayRequest.route.totalMs;
      const events = answer(gatewayRequest, context);
      const first = events.next();
      const opened = await timedOut(first, commitAfterMs, clock);
      if (!opened) {
        const [event] = (await first).value ?? [];
        if (event?.type === 'error') {
          await events.return(undefined);
          throw event.error;
        }
      }
      const written = nothingWritten();
      gatewayRequest.answerState.written = written;
      const { write } = gatewayRequest.client;
      return async (sink) => {
        const delivery = { first, events, encoder, write, opened, clock, heartbeatMs, endsAt, written };
        const error = await deliver(delivery, sink);
        if (error) gatewayRequest.answerState.end = { type: 'error', error };
      };
    },

    countTokens: (gatewayRequest) => countTokens(gatewayRequest, clock),
  };
}

/** What the client's encoder has to know of a request. */
export function encodeOptions(gatewayRequest: GatewayRequest, clock?: Clock): EncodeOptions {
  const { request, requestId, answerId, route, created, stored, answerState } = gatewayRequest;
  const elapsedMs = clock && (() => Math.round(clock.now() - (answerState.firstAttemptAt ?? clock.now())));
  return {
    request,
    requestId,
    id: answerId,
    model: route.name,
    created,
    ...(elapsedMs && { elapsedMs }),
    ...(stored && { stored }),
  };
}
