import type { FinishReason } from '../../stream/events.ts';

/**
 * The meaning of the stop reasons. `pause_turn` (the client has to send the turn back so that the provider's own
 * tools can continue) and `compaction` are no complete answers, and no other dialect has an equivalent. They are
 * `other`, as is any unknown value.
 */
const reasonsByRawReason: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-call',
  refusal: 'refusal',
  pause_turn: 'other',
  compaction: 'other',
};

const rawReasonsByReason: Readonly<Record<Exclude<FinishReason, 'other'>, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-call': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
};

export function finishReason(rawReason: string): FinishReason {
  return Object.hasOwn(reasonsByRawReason, rawReason) ? (reasonsByRawReason[rawReason] ?? 'other') : 'other';
}

/**
 * The value for a stop reason. An unknown reason keeps the provider's value. Clients of this dialect must expect new
 * values, and `end_turn` would make it a plain success. A value with a meaning here (`tool_use`) is not taken from
 * another dialect, where it has another meaning.
 */
export function stopReason(reason: FinishReason, rawReason: string): string {
  if (reason !== 'other') return rawReasonsByReason[reason];
  return rawReason === '' || Object.hasOwn(reasonsByRawReason, rawReason) ? 'end_turn' : rawReason;
}
