import type { FinishReason } from '../../stream/events.ts';

/** The reasons of incomplete responses. `max_tokens` comes from a proxy. */
const reasonsByRawReason: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  max_tokens: 'length',
  content_filter: 'content-filter',
};

/** The finish reason of an incomplete response. */
export function incompleteReason(rawReason: string): FinishReason {
  return Object.hasOwn(reasonsByRawReason, rawReason) ? (reasonsByRawReason[rawReason] ?? 'other') : 'other';
}

/**
 * Why a response is incomplete. `undefined` for a complete one. A model that declines completes its response with a
 * refusal. If it gave none, `content_filter` is the closest reason. An unknown reason makes a response incomplete,
 * under the provider's own name, because a plain success would be wrong. Some providers send no reason at all at the
 * end.
 */
export function wireIncompleteReason(reason: FinishReason, rawReason: string, refused: boolean): string | undefined {
  switch (reason) {
    case 'length':
      return 'max_output_tokens';
    case 'content-filter':
      return 'content_filter';
    case 'refusal':
      return refused ? undefined : 'content_filter';
    case 'other':
      return rawReason || undefined;
    default:
      return undefined;
  }
}
