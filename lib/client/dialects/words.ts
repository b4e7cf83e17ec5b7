import type { FinishReason, Usage } from '../../stream/events.ts';
import type { Json } from '../../stream/json.ts';

/** The meaning of the finish reasons of every dialect. No value has two meanings. */
const reasons = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['completed', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['max_output_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool-call'],
  ['function_call', 'tool-call'],
  ['tool_use', 'tool-call'],
  ['content_filter', 'content-filter'],
  ['content_filtered', 'content-filter'],
  ['guardrail_intervened', 'content-filter'],
  ['refusal', 'refusal'],
]);

/** The reason for this value. `other` for an unknown one, never a guess. */
export function reasonOf(rawReason: string): FinishReason {
  return reasons.get(rawReason) ?? 'other';
}

/** Usage with the known counts. */
export function usageOf(counts: { readonly [Name in keyof Usage]: Json | undefined }): Usage {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === 'number'));
}

/** The sum of counts that a dialect reports separately. `undefined` if the first one is missing. */
export function sumOf(first: Json | undefined, ...others: (Json | undefined)[]): number | undefined {
  if (typeof first !== 'number') return undefined;
  return others.reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), first);
}
