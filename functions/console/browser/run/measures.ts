import type { AnswerEvent } from '../../../../lib/client/index.ts';

/** The times of one answer, in milliseconds since the request. */
export interface Measures {
  /** The arrival of the first piece of text, reasoning or a tool call. */
  readonly firstAt?: number;
  readonly lastAt?: number;
  /** The number of pieces. */
  readonly pieces: number;
  /** The time between each piece and the next. */
  readonly gaps: readonly number[];
}

export const nothingMeasured: Measures = { pieces: 0, gaps: [] };

/** Updates the measures with an event that arrived at `at`. */
export function measured(before: Measures, event: AnswerEvent, at: number): Measures {
  if (!isPiece(event)) return before;
  const { firstAt = at, lastAt, pieces, gaps } = before;
  return { firstAt, lastAt: at, pieces: pieces + 1, gaps: lastAt === undefined ? gaps : [...gaps, at - lastAt] };
}

function isPiece(event: AnswerEvent): boolean {
  return (
    (event.type === 'text-delta' && event.text !== '') ||
    (event.type === 'reasoning-delta' && event.text !== '') ||
    (event.type === 'tool-delta' && event.json !== '')
  );
}

/**
 * The rate in tokens per second if the provider counted them, else in pieces per second. Anthropic's first event counts
 * at most one token, and a dropped stream has no other count. Undefined for fewer than two pieces.
 */
export function rate({ firstAt, lastAt, pieces }: Measures, outputTokens: number | undefined): string | undefined {
  if (firstAt === undefined || lastAt === undefined || pieces < 2 || lastAt <= firstAt) return undefined;
  const seconds = (lastAt - firstAt) / 1000;
  const [count, unit] = outputTokens === undefined || outputTokens < 2 ? [pieces, 'pieces'] : [outputTokens, 'tokens'];
  return `${((count - 1) / seconds).toFixed(1)} ${unit}/s`;
}

/** The median gap and the longest one. */
export function gapSummary({ gaps }: Measures): string | undefined {
  if (gaps.length === 0) return undefined;
  const sorted = [...gaps].sort((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${Math.round(middle)} ms, longest ${Math.round(sorted.at(-1) ?? 0)} ms`;
}
