import type { FinishReason } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { anthropicTruth } from './anthropic-messages.ts';
import { converseTruth } from './bedrock-converse.ts';
import { plainMessages } from './plain-event-stream.ts';
import { completionTruth } from './text-completions.ts';
import { countsOf, listOf, nothing, objectOf, parsed, sumOf, type Truth, textOf } from './truth.ts';

const reasons: Record<string, FinishReason> = {
  stop: 'stop',
  FINISH: 'stop',
  COMPLETE: 'stop',
  length: 'length',
  LENGTH: 'length',
  MAX_TOKENS: 'length',
  CONTENT_FILTERED: 'content-filter',
};

/** An InvokeModelWithResponseStream answer: each message holds one chunk in the model family's own form. */
export function bedrockInvokeTruth(bytes: Uint8Array): Truth {
  const messages = plainMessages(bytes);
  const failure = messages.find(({ headers }) => headers['message-type'] !== 'event');
  const chunks = messages.flatMap(({ payload }) => {
    const text = Buffer.from(textOf(payload.bytes), 'base64').toString();
    return payload.bytes === undefined ? [] : [objectOf(parsed(text))];
  });
  const truth = familyTruth(chunks);
  const counts = objectOf(chunks.at(-1)?.['amazon-bedrock-invocationMetrics']);
  const [cacheRead, cacheWrite] = [counts.cacheReadInputTokenCount, counts.cacheWriteInputTokenCount];
  const input = sumOf(counts.inputTokenCount, cacheRead, cacheWrite);
  truth.usage = { ...countsOf({ input, output: counts.outputTokenCount, cacheRead, cacheWrite }), ...truth.usage };
  if (failure) {
    truth.error = { message: textOf(failure.payload.message) || (failure.headers['error-message'] ?? '') };
    truth.complete = false;
  }
  return truth;
}

function familyTruth(chunks: readonly JsonObject[]): Truth {
  if (chunks.some(({ type }) => type === 'message_start')) return anthropicTruth(chunks);
  if (chunks.some(({ completion }) => completion !== undefined)) return completionTruth(chunks);
  if (chunks.some(({ messageStart }) => messageStart !== undefined)) {
    return converseTruth(
      chunks.flatMap((chunk) => {
        const [[type, payload] = ['', {}]] = Object.entries(chunk);
        return [{ headers: { 'message-type': 'event', 'event-type': type }, payload: objectOf(payload) }];
      }),
    );
  }
  return textTruth(chunks);
}

/** Titan, Llama, Mistral and Cohere: text and a reason, each under its own name. */
function textTruth(chunks: readonly JsonObject[]): Truth {
  const truth = nothing();
  for (const chunk of chunks) {
    const [output = {}] = listOf(chunk.outputs);
    // Of Cohere's several generations, the first.
    if (typeof chunk.index !== 'number' || chunk.index === 0)
      truth.text += textOf(chunk.outputText ?? chunk.generation ?? chunk.text ?? output.text);
    const raw = textOf(chunk.completionReason ?? chunk.stop_reason ?? chunk.finish_reason ?? output.stop_reason);
    if (raw) truth.finish = { raw, reason: reasons[raw] ?? 'other' };
  }
  truth.complete = truth.finish.raw !== undefined;
  return truth;
}
