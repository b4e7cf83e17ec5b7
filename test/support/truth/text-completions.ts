import type { FinishReason } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { plainEvents } from './plain-sse.ts';
import { type ChoiceOf, countsOf, listOf, nothing, objectOf, parsed, type Truth, textOf } from './truth.ts';

const openaiReasons: Record<string, FinishReason> = { stop: 'stop', length: 'length', content_filter: 'content-filter' };
const anthropicReasons: Record<string, FinishReason> = { stop_sequence: 'stop', max_tokens: 'length', refusal: 'refusal' };

/** A stream of OpenAI's text completions; one choice of it, else the first. Complete as in chat completions. */
export function openaiCompletionsTruth(bytes: Uint8Array, { wanted = 0, asked = 1 }: ChoiceOf = {}): Truth {
  const truth = nothing();
  const finished = new Map<number, boolean>();
  for (const { data } of plainEvents(bytes)) {
    if (data === '[DONE]') break;
    const chunk = objectOf(parsed(data));
    if (chunk.error) {
      truth.error = { message: textOf(chunk.error) || textOf(objectOf(chunk.error).message) };
      break;
    }
    if (chunk.usage) {
      const usage = objectOf(chunk.usage);
      const prompt = objectOf(usage.prompt_tokens_details);
      truth.usage = countsOf({
        input: usage.prompt_tokens,
        output: usage.completion_tokens,
        cacheRead: prompt.cached_tokens,
        cacheWrite: prompt.cache_write_tokens,
        reasoning: objectOf(usage.completion_tokens_details).reasoning_tokens,
      });
    }
    for (const choice of listOf(chunk.choices)) {
      const index = typeof choice.index === 'number' ? choice.index : 0;
      const raw = textOf(choice.finish_reason);
      finished.set(index, finished.get(index) || raw !== '');
      if (index !== wanted) continue;
      truth.text += textOf(choice.text);
      if (raw && truth.finish.raw === undefined) truth.finish = { raw, reason: openaiReasons[raw] ?? 'other' };
    }
  }
  truth.complete = !truth.error && finished.size >= asked && [...finished.values()].every(Boolean);
  return truth;
}

/** A stream of Anthropic's text completions, `/v1/complete`. It tells no usage. */
export function anthropicCompleteTruth(bytes: Uint8Array): Truth {
  return completionTruth(plainEvents(bytes).map(({ data }) => objectOf(parsed(data))));
}

/** The same from payloads that are already taken out of their wire. */
export function completionTruth(payloads: readonly JsonObject[]): Truth {
  const truth = nothing();
  for (const payload of payloads) {
    if (payload.error) {
      truth.error = { message: textOf(objectOf(payload.error).message) };
      break;
    }
    truth.text += textOf(payload.completion);
    const raw = textOf(payload.stop_reason);
    if (raw) truth.finish = { raw, reason: anthropicReasons[raw] ?? 'other' };
  }
  truth.complete = !truth.error && truth.finish.raw !== undefined;
  return truth;
}
