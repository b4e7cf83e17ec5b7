import type { Finding } from './finding.ts';

/** The arrival time of each piece of a response, in milliseconds since the request was sent. */
export interface Arrivals {
  readonly pieces: readonly { readonly at: number; readonly text: string }[];
  readonly endedAt: number;
}

/** With this many pieces, their timing is meaningful. */
const enough = 10;
/**
 * If all pieces arrive within this time although the response took much longer, something buffered them, in
 * milliseconds.
 */
const togetherMs = 50;
const longMs = 1000;

/** Reports when the tokens arrived, and whether something buffered them until the end. */
export function arrivalFindings({ pieces, endedAt }: Arrivals): Finding[] {
  const first = pieces[0];
  const last = pieces.at(-1);
  if (!first || !last)
    return [{ holds: false, text: 'the response has no text', fix: 'Choose a model that responds with text: --model <name>.' }];
  const gaps = pieces.slice(1).map((piece, index) => piece.at - (pieces[index]?.at ?? 0));
  const sorted = [...gaps].sort((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const spread = last.at - first.at;
  const heldBack = pieces.length >= enough && spread < togetherMs && endedAt > longMs;
  return [
    ...pieces.map(({ at, text }) => ({ text: `  ${String(Math.round(at)).padStart(6)} ms  ${JSON.stringify(text)}` })),
    {
      text: `first piece after ${Math.round(first.at)} ms, ${pieces.length} pieces within ${Math.round(spread)} ms, median gap ${Math.round(middle)} ms, longest gap ${Math.round(sorted.at(-1) ?? 0)} ms`,
    },
    {
      holds: !heldBack,
      text: heldBack ? 'all pieces arrived at once, at the end' : 'the pieces arrived one by one',
      fix: 'Something between you and the function buffers the stream, such as a proxy or a URL without the RESPONSE_STREAM mode.',
    },
  ];
}
