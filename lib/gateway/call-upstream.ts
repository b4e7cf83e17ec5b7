import { imageNote, isImageStart } from '../dialects/image-note.ts';
import { keepOwnReasoning, markReasoning } from '../dialects/reasoning-vendors.ts';
import { buildRequest } from '../models/build-request.ts';
import { mergeRequirements, type Requirements } from '../models/requirements.ts';
import { requirementsOf } from '../models/resolve.ts';
import type { Restore } from '../models/restore.ts';
import type { UpstreamAttempt } from '../policy/attempts.ts';
import { isContent } from '../policy/content.ts';
import { startDeadlines } from '../policy/deadlines.ts';
import type { UpstreamApi, UpstreamRequest } from '../providers/provider.ts';
import { toSluiceError } from '../stream/errors.ts';
import type { StreamEvent } from '../stream/events.ts';
import type { ModelRequest } from '../stream/request.ts';
import type { Clock } from '../time/clock.ts';
import type { Attempt } from './answer-state.ts';
import type { GatewayRequest, Target } from './gateway-request.ts';
import { nameTarget } from './name-target.ts';
import { hintsRefusedBy } from './refused-hints.ts';

/** A request built for one target. */
interface BuiltCall {
  readonly api: UpstreamApi;
  readonly upstreamRequest: Omit<UpstreamRequest, 'signal' | 'onConnected'>;
  /** Client and provider speak the same dialect. */
  readonly passthrough: boolean;
  /** Gives the client's tools their own names back. */
  readonly restore?: Restore;
  /** The client's names of what the target can't take. */
  readonly dropped: readonly string[];
}

/** The target's API for this request, and what the target accepts there. */
async function chooseApi(
  request: ModelRequest,
  target: Target,
): Promise<{ readonly api: UpstreamApi; readonly requirements: Requirements }> {
  const { provider, model } = target;
  const api = await provider.apiFor(request.dialect, model);
  const requirements = requirementsOfTarget(target, api.dialect.name, request.dialect);
  const { thinkingWithTools, thinksByDefault = false } = requirements;
  const { reasoning, tools = [] } = request.parameters;
  const isChat = api.dialect.name === 'openai-chat';
  if (!isChat || thinkingWithTools !== 'in-responses' || tools.length === 0 || !(reasoning?.enabled ?? thinksByDefault))
    return { api, requirements };
  const responses = await provider.apiFor('openai-responses', model);
  return { api: responses, requirements: requirementsOfTarget(target, responses.dialect.name, request.dialect) };
}

async function buildCall({ headers }: GatewayRequest, request: ModelRequest, target: Target): Promise<BuiltCall> {
  const { model } = target;
  const { api, requirements } = await chooseApi(request, target);
  const { dialect } = api;
  const own = keepOwnReasoning(request, dialect.name);
  const built = buildRequest(own.request, dialect, model, requirements);
  const passthrough = dialect.name === request.dialect;
  return {
    api,
    // The client's own headers mean something only to a provider of its dialect.
    upstreamRequest: {
      model,
      body: built.body,
      ...(built.whole && { whole: true }),
      headers: { ...(passthrough && headers), ...built.headers },
    },
    passthrough,
    ...(built.restore && { restore: built.restore }),
    dropped: [...built.dropped, ...own.left],
  };
}

function requirementsOfTarget(
  { provider, model, modelFamily = model, rules }: Target,
  dialect: string,
  client: string,
): Requirements {
  return requirementsOf({
    dialect,
    client,
    preset: provider.preset ?? provider.name,
    model: modelFamily,
    rules: mergeRequirements(provider.rules, rules, { refuses: hintsRefusedBy(provider, model) }),
  });
}

/** Sends a request to one target, once. What is known of this attempt is kept in the answer state. */
export function callUpstream(
  gatewayRequest: GatewayRequest,
  request: ModelRequest,
  target: Target,
  signal: AbortSignal,
  clock: Clock,
): UpstreamAttempt {
  const attempt: Attempt = { provider: target.provider.name, model: target.model };
  return {
    events: eventsOf(attempt, gatewayRequest, request, target, signal, clock),
    serve() {
      attempt.served = true;
    },
  };
}

/** Throws the first failure: the deadline that passed rather than the broken connection it caused. */
async function* eventsOf(
  attempt: Attempt,
  gatewayRequest: GatewayRequest,
  request: ModelRequest,
  target: Target,
  signal: AbortSignal,
  clock: Clock,
): AsyncGenerator<readonly StreamEvent[]> {
  const { answerState, answerId, client } = gatewayRequest;
  const { model } = target;
  const startedAt = clock.now();
  attempt.startedAt = startedAt;
  answerState.attempts.push(attempt);
  answerState.firstAttemptAt ??= startedAt;
  const deadlines = startDeadlines(clock, target.timeouts, signal);
  // Recorded at once, because a faster attempt writes its headers now.
  const recordAbort = () => {
    attempt.error = toSluiceError(signal.reason).kind;
  };
  signal.addEventListener('abort', recordAbort, { once: true });
  const onConnected = () => {
    attempt.connected = true;
    deadlines.connected();
  };
  let readToEnd = false;
  try {
    const { api, upstreamRequest, passthrough, restore, dropped } = await buildCall(gatewayRequest, request, target);
    attempt.dropped = dropped;
    attempt.passthrough = passthrough;
    const frames = await api.open({ ...upstreamRequest, signal: deadlines.signal, onConnected });
    const mark = markReasoning(request.dialect, api.dialect.name);
    // An id in another dialect's form means nothing to this client.
    const translate = (event: StreamEvent) => (event.type === 'start' ? { ...event, id: answerId } : mark(event));
    const context = { id: answerId, model, passthrough, choices: request.parameters.choices ?? 1 };
    for await (const events of api.dialect.decode(frames, context)) {
      answerState.eventsIn = (answerState.eventsIn ?? 0) + events.length;
      deadlines.event(events.some(isContent));
      const shown = restore ? events.flatMap(restore) : events;
      const translated = passthrough ? shown : shown.map(translate);
      if (client.withoutImages && translated.some(isImageStart)) {
        attempt.dropped = [...(attempt.dropped ?? []), 'image output'];
        yield translated.flatMap((event) => (isImageStart(event) ? imageNote(event) : [event]));
      } else {
        yield translated;
      }
      deadlines.processed();
    }
    readToEnd = true;
  } catch (thrown) {
    const failure = toSluiceError(deadlines.signal.aborted ? deadlines.signal.reason : thrown);
    const error = nameTarget(failure, {
      provider: target.provider.name,
      model,
      requested: request.model,
      similar: target.similar,
    });
    attempt.error = error.kind;
    if (error.upstream?.status !== undefined) attempt.status = error.upstream.status;
    throw error;
  } finally {
    signal.removeEventListener('abort', recordAbort);
    attempt.ms = Math.round(clock.now() - startedAt);
    deadlines.stop(readToEnd);
  }
}

/**
 * Sends a request to one target for something other than a stream. `send` gets the target's API and the built request.
 * Throws a SluiceError: the deadline that passed, or what `send` throws.
 */
export async function callUpstreamOnce<Result>(
  gatewayRequest: GatewayRequest,
  target: Target,
  clock: Clock,
  send: (api: UpstreamApi, upstreamRequest: UpstreamRequest) => Promise<Result>,
): Promise<Result> {
  const deadlines = startDeadlines(clock, target.timeouts, gatewayRequest.signal);
  try {
    const { api, upstreamRequest } = await buildCall(gatewayRequest, gatewayRequest.request, target);
    return await send(api, { ...upstreamRequest, signal: deadlines.signal, onConnected: deadlines.connected });
  } catch (thrown) {
    const failure = toSluiceError(deadlines.signal.aborted ? deadlines.signal.reason : thrown);
    const { provider, model, similar } = target;
    throw nameTarget(failure, { provider: provider.name, model, requested: gatewayRequest.request.model, similar });
  } finally {
    deadlines.stop(true);
  }
}
