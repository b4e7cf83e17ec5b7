import type { FinishReason } from '../../stream/events.ts';

/**
 * What this dialect's words mean. `pause_turn` (the caller is to send the turn back, so that the provider's own tools
 * go on) and `compaction` are no complete answers, and no other dialect can say so: `other`, as is any new word.
 */
const reasonsByWord: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-call',
  refusal: 'refusal',
  pause_turn: 'other',
  compaction: 'other',
};

const wordsByReason: Readonly<Record<Exclude<FinishReason, 'other'>, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-call': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
};

export function finishReason(word: string): FinishReason {
  return Object.hasOwn(reasonsByWord, word) ? (reasonsByWord[word] ?? 'other') : 'other';
}

/**
 * The word for a reason. A reason that we do not know goes out as the provider said it: clients of this dialect must
 * expect new words, and `end_turn` would make a plain success of it. A word that means something here (`tool_use`)
 * is not taken over from another dialect, where it did not mean that.
 */
export function stopReason(reason: FinishReason, rawReason: string): string {
  if (reason !== 'other') return wordsByReason[reason];
  return rawReason === '' || Object.hasOwn(reasonsByWord, rawReason) ? 'end_turn' : rawReason;
}
