import type { FinishReason } from '../../stream/events.ts';
import { lookup } from '../lookup.ts';
import { finishReasons } from './wire.ts';

const rawReasonsByReason: Readonly<Record<Exclude<FinishReason, 'other'>, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-call': 'tool_use',
  'content-filter': 'content_filtered',
  refusal: 'content_filtered',
};

/**
 * Bedrock's value for a reason. The provider's own value is used if it means the same here (`stop_sequence` of
 * Messages). An unknown reason also keeps the provider's value, because `end_turn` would make it a plain success,
 * unless the value means something else here.
 */
export function stopReason(reason: FinishReason, rawReason: string): string {
  const meaning = lookup(finishReasons, rawReason);
  if (meaning === reason) return rawReason;
  if (reason !== 'other') return rawReasonsByReason[reason];
  return rawReason === '' || meaning !== undefined ? 'end_turn' : rawReason;
}
