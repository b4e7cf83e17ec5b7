import type { AnswerEvent } from '../../../../lib/client/index.ts';

/** What can be told of the times of one answer. Milliseconds since the request was sent. */
export interface Measures {
  /** When the first piece of text, reasoning or a call was there. */
  readonly firstAt?: number;
  readonly lastAt?: number;
  /** How many such pieces there were. */
  readonly pieces: number;
  /** The times between one piece and the next. */
  readonly gaps: readonly number[];
}

export const nothingMeasured: Measures = { pieces: 0, gaps: [] };

/** The measures after this event, which came at `at`. */
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
 * How fast it came: tokens a second where the provider has counted them, else pieces a second, and says which. Nothing
 * for less than two pieces, between which no time has gone by.
 */
export function rate({ firstAt, lastAt, pieces }: Measures, outputTokens: number | undefined): string | undefined {
  if (firstAt === undefined || lastAt === undefined || pieces < 2 || lastAt <= firstAt) return undefined;
  const seconds = (lastAt - firstAt) / 1000;
  const [count, unit] = outputTokens === undefined ? [pieces, 'pieces'] : [outputTokens, 'tokens'];
  return `${((count - 1) / seconds).toFixed(1)} ${unit}/s`;
}

/** The middle one of the gaps and the longest, for a person. */
export function gapSummary({ gaps }: Measures): string | undefined {
  if (gaps.length === 0) return undefined;
  const sorted = [...gaps].sort((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${Math.round(middle)} ms, longest ${Math.round(sorted.at(-1) ?? 0)} ms`;
}
