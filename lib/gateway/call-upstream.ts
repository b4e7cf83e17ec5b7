import { keepOwnReasoning, markReasoning } from '../dialects/reasoning-vendors.ts';
import { isContent } from '../policy/content.ts';
import { startDeadlines } from '../policy/deadlines.ts';
import type { UpstreamApi } from '../providers/provider.ts';
import { redactError } from '../secrets/redact.ts';
import { SluiceError, toSluiceError } from '../stream/errors.ts';
import type { StreamEvent } from '../stream/events.ts';
import type { ModelRequest } from '../stream/request.ts';
import type { Clock } from '../time/clock.ts';
import type { Attempt } from './answer-state.ts';
import type { GatewayRequest, Target } from './gateway-request.ts';

/** One call at one target. Throws what went wrong first: a deadline rather than the broken connection it led to. */
export async function* call(
  gatewayRequest: GatewayRequest,
  request: ModelRequest,
  target: Target,
  signal: AbortSignal,
  clock: Clock,
): AsyncGenerator<StreamEvent> {
  const { answerState } = gatewayRequest;
  const { provider, model } = target;
  const attempt: Attempt = { provider: provider.name, model };
  const startedAt = clock.now();
  answerState.attempts.push(attempt);
  answerState.firstAttemptAt ??= startedAt;
  const deadlines = startDeadlines(clock, target.timeouts, signal);
  // Known at once: whoever was faster writes its headers now.
  const stopped = () => {
    attempt.error = toSluiceError(signal.reason).kind;
  };
  signal.addEventListener('abort', stopped, { once: true });
  let readToEnd = false;
  try {
    const api = await apiOf(target, request);
    const { dialect } = api;
    const asked = keepOwnReasoning(request, dialect.name);
    const built = dialect.build(asked.request, model);
    answerState.dropped = [...built.dropped, ...asked.left];
    // The caller's own headers mean something only to a provider of its dialect.
    const passthrough = dialect.name === request.dialect;
    const marked = markReasoning(request.dialect, dialect.name);
    const headers = { ...(passthrough && gatewayRequest.headers), ...built.headers };
    const frames = await api.open({
      model,
      body: built.body,
      headers,
      signal: deadlines.signal,
      onConnected: deadlines.connected,
    });
    const context = { id: gatewayRequest.answerId, model, passthrough };
    for await (const event of dialect.decode(frames, context)) {
      answerState.eventsIn = (answerState.eventsIn ?? 0) + 1;
      deadlines.event(isContent(event));
      // An id in another dialect's form says nothing to this caller.
      yield event.type === 'start' && !passthrough ? { ...event, id: gatewayRequest.answerId } : marked(event);
      deadlines.taken();
    }
    readToEnd = true;
  } catch (thrown) {
    const error = toSluiceError(deadlines.signal.aborted ? deadlines.signal.reason : thrown);
    attempt.error = error.kind;
    if (error.upstream?.status !== undefined) attempt.status = error.upstream.status;
    throw error;
  } finally {
    signal.removeEventListener('abort', stopped);
    attempt.ms = Math.round(clock.now() - startedAt);
    deadlines.stop(readToEnd);
  }
}

/** How this target is asked best for whoever asks. */
function apiOf({ provider, model }: Target, { dialect }: ModelRequest): UpstreamApi | Promise<UpstreamApi> {
  return provider.apiFor(dialect, model);
}

/** As `Gateway.countTokens`: asked of the first target, which would be asked for the answer too. */
export async function countTokens(gatewayRequest: GatewayRequest, clock: Clock): Promise<number> {
  const target = gatewayRequest.route.targets[0];
  const api = target && (await apiOf(target, gatewayRequest.request));
  if (!target || !api?.countTokens) {
    throw new SluiceError(
      'route_not_found',
      `Tokens cannot be counted for \`${gatewayRequest.route.name}\`: only Anthropic, Bedrock and Gemini are asked for a count here, and an estimate would not be true.`,
    );
  }
  const { model, timeouts } = target;
  const deadlines = startDeadlines(clock, timeouts, gatewayRequest.signal);
  try {
    const built = api.dialect.build(keepOwnReasoning(gatewayRequest.request, api.dialect.name).request, model);
    const headers = { ...(api.dialect.name === gatewayRequest.request.dialect && gatewayRequest.headers), ...built.headers };
    return await api.countTokens({
      model,
      body: built.body,
      headers,
      signal: deadlines.signal,
      onConnected: deadlines.connected,
    });
  } catch (thrown) {
    throw redactError(toSluiceError(deadlines.signal.aborted ? deadlines.signal.reason : thrown));
  } finally {
    deadlines.stop(true);
  }
}
