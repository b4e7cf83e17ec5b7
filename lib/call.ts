import { markedFor, ownReasoning } from './dialects/reasoning-makers.ts';
import type { Clock } from './policy/clock.ts';
import { isContent } from './policy/content.ts';
import { startDeadlines } from './policy/deadlines.ts';
import type { Attempt } from './progress.ts';
import type { Speech } from './providers/provider.ts';
import type { Question, Target } from './question.ts';
import { concealError } from './secrets/conceal.ts';
import { SluiceError, toSluiceError } from './stream/errors.ts';
import type { StreamEvent } from './stream/events.ts';
import type { ModelRequest } from './stream/request.ts';

/** One call at one target. Throws what went wrong first: a deadline rather than the broken connection it led to. */
export async function* call(
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
  progress.askedAt ??= startedAt;
  const deadlines = startDeadlines(clock, target.timeouts, signal);
  // Known at once: whoever was faster writes its headers now.
  const stopped = () => {
    attempt.error = toSluiceError(signal.reason).kind;
  };
  signal.addEventListener('abort', stopped, { once: true });
  let readToEnd = false;
  try {
    const speech = await speechFor(target, request);
    const { dialect } = speech;
    const asked = ownReasoning(request, dialect.name);
    const built = dialect.build(asked.request, model);
    progress.dropped = [...built.dropped, ...asked.left];
    // The caller's own headers mean something only to a provider of its dialect.
    const native = dialect.name === request.dialect;
    const marked = markedFor(request.dialect, dialect.name);
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
      progress.eventsIn = (progress.eventsIn ?? 0) + 1;
      deadlines.event(isContent(event));
      // An id in another dialect's form says nothing to this caller.
      yield event.type === 'start' && !native ? { ...event, id: question.answerId } : marked(event);
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
function speechFor({ provider, model }: Target, { dialect }: ModelRequest): Speech | Promise<Speech> {
  return provider.speaking(dialect, model);
}

/** As `Gateway.countTokens`: asked of the first target, which would be asked for the answer too. */
export async function countTokens(question: Question, clock: Clock): Promise<number> {
  const target = question.route.targets[0];
  const speech = target && (await speechFor(target, question.request));
  if (!target || !speech?.countTokens) {
    throw new SluiceError(
      'route_not_found',
      `Tokens cannot be counted for \`${question.route.name}\`: only Anthropic, Bedrock and Gemini are asked for a count here, and an estimate would not be true.`,
    );
  }
  const { model, timeouts } = target;
  const deadlines = startDeadlines(clock, timeouts, question.signal);
  try {
    const built = speech.dialect.build(ownReasoning(question.request, speech.dialect.name).request, model);
    const headers = { ...(speech.dialect.name === question.request.dialect && question.headers), ...built.headers };
    return await speech.countTokens({
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
