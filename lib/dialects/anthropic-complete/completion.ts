import type { FinishReason, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';

/** The end of a turn, which this dialect reports as a stop sequence. */
const endOfTurn = '\n\nHuman:';

const stopReasons: Readonly<Record<Exclude<FinishReason, 'other'>, string>> = {
  stop: 'stop_sequence',
  length: 'max_tokens',
  // There are no tools here, so a call can only be the end of the text.
  'tool-call': 'stop_sequence',
  'content-filter': 'refusal',
  refusal: 'refusal',
};

/** The id and model in every completion of an answer. */
export interface Answerer {
  readonly id: string;
  readonly model: string;
}

/** Why the text ended. */
export interface Stop {
  readonly stop_reason: string | null;
  readonly stop: string | null;
}

export const unfinished: Stop = { stop_reason: null, stop: null };

export function completion({ id, model }: Answerer, text: string, { stop_reason, stop }: Stop): JsonObject {
  return { type: 'completion', id, completion: text, stop_reason, model, stop, log_id: id };
}

/**
 * Why the model stopped. The end of a turn counts as a stop sequence in this dialect. It can also be a stop sequence
 * of the client, if the provider reports that and the client set only one, or the output limit. An unknown reason
 * keeps the provider's value.
 */
export function stopOf(event: Extract<StreamEvent, { type: 'finish' }>, { parameters }: ModelRequest): Stop {
  const { reason, rawReason } = event;
  if (reason === 'other') return { stop_reason: rawReason === '' ? stopReasons.stop : rawReason, stop: null };
  const stop_reason = stopReasons[reason];
  if (stop_reason !== stopReasons.stop) return { stop_reason, stop: null };
  const own = rawReason === 'stop_sequence' ? (parameters.stop ?? []) : [];
  if (own.length === 0) return { stop_reason, stop: endOfTurn };
  return { stop_reason, stop: own.length === 1 ? (own[0] ?? null) : null };
}
