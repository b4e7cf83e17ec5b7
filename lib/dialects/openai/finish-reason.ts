import type { FinishReason } from '../../stream/events.ts';

/** What the words for an end mean: OpenAI's, then those of providers that kept their own. */
const reasonsByWord: Readonly<Record<string, FinishReason>> = {
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

/** Words by which a provider says that it failed, with the status they stand for. */
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

const wordsByReason: Readonly<Record<Exclude<FinishReason, 'other'>, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-call': 'tool_calls',
  'content-filter': 'content_filter',
  // Where the model declined in a `refusal` of its own, the word is `stop`: see `finishWord`.
  refusal: 'content_filter',
};

/** The reason this word gives; some providers write it in capitals. */
export function finishReason(word: string): FinishReason {
  const plain = word.toLowerCase();
  return Object.hasOwn(reasonsByWord, plain) ? (reasonsByWord[plain] ?? 'other') : 'other';
}

/** The status that this word stands for, when it tells of a failure and not of an end. */
export function failureStatus(word: string): number | undefined {
  const plain = word.toLowerCase();
  return Object.hasOwn(failureStatuses, plain) ? failureStatuses[plain] : undefined;
}

/**
 * The word for a reason. One that we do not know goes out as the provider said it, because `stop` would make a plain
 * success of it; a word that means something here is not taken over from a dialect where it meant something else.
 */
export function finishWord(reason: FinishReason, rawReason: string, refused: boolean): string {
  if (reason === 'refusal' && refused) return 'stop';
  if (reason !== 'other') return wordsByReason[reason];
  return rawReason === '' || finishReason(rawReason) !== 'other' || failureStatus(rawReason) ? 'stop' : rawReason;
}
