import type { FinishReason } from '../../stream/events.ts';

/** What the words for an unfinished answer mean; `max_tokens` is a proxy's. */
const reasonsByWord: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  max_tokens: 'length',
  content_filter: 'content-filter',
};

/** The reason that an incomplete response gives. */
export function incompleteReason(word: string): FinishReason {
  return Object.hasOwn(reasonsByWord, word) ? (reasonsByWord[word] ?? 'other') : 'other';
}

/**
 * Why an answer is incomplete; `undefined` for one that is complete. A model that declines completes its answer with a
 * refusal; where it gave none, `content_filter` says the nearest. A reason that we do not know makes an answer
 * incomplete, by the provider's own word, because a plain success would be untrue; no word at all is all that some
 * providers say at the end.
 */
export function incompleteWord(reason: FinishReason, rawReason: string, refused: boolean): string | undefined {
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
