import type { FinishReason } from '../../stream/events.ts';
import { lookup } from '../lookup.ts';
import { finishReasons } from './wire.ts';

const wordsByReason: Readonly<Record<Exclude<FinishReason, 'other'>, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-call': 'tool_use',
  'content-filter': 'content_filtered',
  refusal: 'content_filtered',
};

/**
 * Bedrock's word for a reason: the provider's own where it means the same here (`stop_sequence` of Messages). A reason
 * that we do not know goes out as the provider said it, since `end_turn` would make a plain success of it; but not a
 * word that means something else here.
 */
export function stopReason(reason: FinishReason, rawReason: string): string {
  const meaning = lookup(finishReasons, rawReason);
  if (meaning === reason) return rawReason;
  if (reason !== 'other') return wordsByReason[reason];
  return rawReason === '' || meaning !== undefined ? 'end_turn' : rawReason;
}
