import type { FinishReason, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';

/** The end of a turn, of which this dialect says that it stopped the model. */
const endOfTurn = '\n\nHuman:';

const words: Readonly<Record<Exclude<FinishReason, 'other'>, string>> = {
  stop: 'stop_sequence',
  length: 'max_tokens',
  // There are no tools here, so that a call can only be the end of the text.
  'tool-call': 'stop_sequence',
  'content-filter': 'refusal',
  refusal: 'refusal',
};

/** Who answers, for every completion of an answer. */
export interface Answerer {
  readonly id: string;
  readonly model: string;
}

/** Why the text ended. */
export interface Stop {
  readonly stop_reason: string | null;
  readonly stop: string | null;
}

export const goingOn: Stop = { stop_reason: null, stop: null };

export function completion({ id, model }: Answerer, text: string, { stop_reason, stop }: Stop): JsonObject {
  return { type: 'completion', id, completion: text, stop_reason, model, stop, log_id: id };
}

/**
 * Why it stopped: by itself, which this dialect calls the end of the turn; at a sequence of the caller's, where the
 * provider tells that from an end and there is only one; at its limit. A reason that we do not know goes out as the
 * provider said it.
 */
export function stopOf(event: Extract<StreamEvent, { type: 'finish' }>, { parameters }: ModelRequest): Stop {
  const { reason, rawReason } = event;
  if (reason === 'other') return { stop_reason: rawReason === '' ? words.stop : rawReason, stop: null };
  const stop_reason = words[reason];
  if (stop_reason !== words.stop) return { stop_reason, stop: null };
  const own = rawReason === 'stop_sequence' ? (parameters.stop ?? []) : [];
  if (own.length === 0) return { stop_reason, stop: endOfTurn };
  return { stop_reason, stop: own.length === 1 ? (own[0] ?? null) : null };
}
