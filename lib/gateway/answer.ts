import { omittedReasoning } from '../dialects/omitted-reasoning.ts';
import { refusedHint } from '../models/refused-hint.ts';
import { type Candidate, firstAnswer } from '../policy/attempts.ts';
import type { CircuitBreaker } from '../policy/circuit-breaker.ts';
import { type Successor, withContinuation, withLost } from '../policy/continuation.ts';
import { startTotal } from '../policy/total.ts';
import { redactError } from '../redact/redact.ts';
import { toSluiceError } from '../stream/errors.ts';
import type { Events, StreamEvent } from '../stream/events.ts';
import type { Clock } from '../time/clock.ts';
import { observe, servedAttempt } from './answer-state.ts';
import { callUpstream } from './call-upstream.ts';
import type { GatewayRequest, Target } from './gateway-request.ts';
import { rememberRefusedHint } from './refused-hints.ts';

/** What all answers of a process share. */
export interface AnswerContext {
  readonly clock: Clock;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly circuitBreaker: CircuitBreaker;
}

/**
 * The events of the answer, from the first target that gives one. This stream cannot fail: a failure is its last event,
 * with secrets redacted. The upstream is closed however the iteration ends.
 */
export async function* answer(gatewayRequest: GatewayRequest, context: AnswerContext): AsyncGenerator<readonly StreamEvent[]> {
  const { route, answerState } = gatewayRequest;
  const { clock } = context;
  const total = startTotal(clock, route.totalMs, gatewayRequest.signal);
  let filter: Filter | undefined;
  try {
    for await (const events of everyPrompt(gatewayRequest, (one) => fromTargets(one, total.signal, context))) {
      observe(events, answerState, clock);
      filter ??= filterFor(gatewayRequest);
      const shown = filter(events);
      if (shown.length > 0) yield shown;
    }
  } catch (thrown) {
    answerState.end = { type: 'error', error: redactError(toSluiceError(thrown)) };
    yield [answerState.end];
  } finally {
    total.stop();
  }
}

type Filter = (events: readonly StreamEvent[]) => readonly StreamEvent[];

/** What the client gets of the events. This comes after the policy, because hidden reasoning shows that a target works. */
function filterFor({ request, answerState }: GatewayRequest): Filter {
  const filter = servedAttempt(answerState.attempts)?.passthrough ? undefined : omittedReasoning(request);
  return filter ? (events) => events.flatMap(filter) : (events) => events;
}

/** The answer to the request's prompt, or the answers to each of several prompts, joined into one. */
function everyPrompt(gatewayRequest: GatewayRequest, answerOne: (gatewayRequest: GatewayRequest) => Events): Events {
  const { furtherPrompts, ...request } = gatewayRequest.request;
  const { client } = gatewayRequest;
  if (!furtherPrompts || !client.join) return answerOne(gatewayRequest);
  const prompts = [request.messages, ...furtherPrompts];
  return client.join(
    prompts.map((messages) => answerOne({ ...gatewayRequest, request: { ...request, messages } })),
    request,
  );
}

/** One answer under the route's policy. It may fail. */
function fromTargets(gatewayRequest: GatewayRequest, signal: AbortSignal, context: AnswerContext): Events {
  const { route, answerState, request } = gatewayRequest;
  const { clock } = context;
  const candidates = route.targets.map((target) => candidate(gatewayRequest, target, clock));
  const isSlow = request.parameters.reasoning?.enabled === true && !route.hedgesReasoning;
  const hedge = route.hedgeAfterMs !== undefined && !isSlow && { hedgeAfterMs: route.hedgeAfterMs };
  const fromFirst = () => firstAnswer(candidates, { ...context, signal, ...hedge });
  if (!route.continueText) return fromFirst();
  const successor = () => nextTarget(gatewayRequest, signal, clock);
  const onStitched = () => {
    answerState.estimated = true;
  };
  const fromStart = () => withContinuation(fromFirst(), request, successor, onStitched);
  const { lost } = gatewayRequest;
  if (!lost) return fromStart();
  const onContinued = () => {
    answerState.continuesLost = true;
  };
  return withLost({ events: lost, fromStart, onContinued }, request, successor, onStitched);
}

function candidate(gatewayRequest: GatewayRequest, target: Target, clock: Clock): Candidate {
  const { provider, model } = target;
  return {
    key: `${provider.name}/${model}`,
    retries: gatewayRequest.route.retries,
    attempt: (signal) => callUpstream(gatewayRequest, gatewayRequest.request, target, signal, clock),
    refreshKey: async (since) => (await provider.refreshKey?.(since)) ?? false,
    leaveOutHint: (error) => {
      const hint = refusedHint(error, gatewayRequest.request);
      return hint !== undefined && rememberRefusedHint(provider, model, hint);
    },
  };
}

/**
 * The target after the one that failed, wrapping around, because the first target may work again. The first where none has
 * failed.
 */
function nextTarget(gatewayRequest: GatewayRequest, signal: AbortSignal, clock: Clock): Successor | undefined {
  const { targets } = gatewayRequest.route;
  const last = servedAttempt(gatewayRequest.answerState.attempts);
  const current = targets.findIndex((target) => target.provider.name === last?.provider && target.model === last.model);
  const target = targets[(current + 1) % targets.length];
  if (!target || targets.length < 2) return undefined;
  return {
    prefill: target.prefill,
    attempt: (request) => callUpstream(gatewayRequest, request, target, signal, clock),
  };
}
