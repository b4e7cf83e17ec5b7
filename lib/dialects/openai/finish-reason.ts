import type { FinishReason } from '../../stream/events.ts';

/** The meaning of finish reasons: OpenAI's, then those of other providers. */
const reasonsByRawReason: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-call',
  function_call: 'tool-call',
  content_filter: 'content-filter',
  // Together's older models.
  eos: 'stop',
  // Mistral.
  model_length: 'length',
  max_tokens: 'length',
  tool_use: 'tool-call',
  // z.ai.
  sensitive: 'content-filter',
  safety: 'content-filter',
  refusal: 'refusal',
};

/** Finish reasons that report a failure, with the matching HTTP status. */
const failureStatuses: Readonly<Record<string, number>> = {
  // OpenRouter, Mistral.
  error: 500,
  // vLLM.
  abort: 500,
  // DeepSeek.
  insufficient_system_resource: 503,
  // z.ai.
  network_error: 502,
};

const rawReasonsByReason: Readonly<Record<Exclude<FinishReason, 'other'>, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-call': 'tool_calls',
  'content-filter': 'content_filter',
  // If the model declined in a separate `refusal`, the reason is `stop`. See `wireFinishReason`.
  refusal: 'content_filter',
};

/** The reason for this value. Some providers use capitals. */
export function finishReason(rawReason: string): FinishReason {
  const plain = rawReason.toLowerCase();
  return Object.hasOwn(reasonsByRawReason, plain) ? (reasonsByRawReason[plain] ?? 'other') : 'other';
}

/** The HTTP status for this value, if it reports a failure. */
export function failureStatus(rawReason: string): number | undefined {
  const plain = rawReason.toLowerCase();
  return Object.hasOwn(failureStatuses, plain) ? failureStatuses[plain] : undefined;
}

/**
 * The value for a reason. An unknown reason keeps the provider's value, because `stop` would make it a plain success.
 * A value with a meaning here is not taken from a dialect where it has another meaning.
 */
export function wireFinishReason(reason: FinishReason, rawReason: string, refused: boolean): string {
  if (reason === 'refusal' && refused) return 'stop';
  if (reason !== 'other') return rawReasonsByReason[reason];
  return rawReason === '' || finishReason(rawReason) !== 'other' || failureStatus(rawReason) ? 'stop' : rawReason;
}
