import { SluiceError } from '../../stream/errors.ts';
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
 * Messages). The SDKs know a closed list of values and `end_turn` would make an unknown reason a plain success, so an
 * unknown reason throws `upstream_missing_finish`. A provider that never sends a reason has simply stopped.
 */
export function stopReason(reason: FinishReason, rawReason: string): string {
  const meaning = lookup(finishReasons, rawReason);
  if (meaning === reason) return rawReason;
  if (reason !== 'other') return rawReasonsByReason[reason];
  if (rawReason === '') return 'end_turn';
  throw new SluiceError(
    'upstream_missing_finish',
    `The provider ended the answer with the reason \`${rawReason}\`, which has no meaning in this API.`,
  );
}
