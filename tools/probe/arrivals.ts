import type { Finding } from './finding.ts';

/** When each piece of an answer came, in milliseconds since the request was sent. */
export interface Arrivals {
  readonly pieces: readonly { readonly at: number; readonly text: string }[];
  readonly endedAt: number;
}

/** So many pieces say something about how they came. */
const enough = 10;
/** Pieces that come so much closer together than the answer took were kept back somewhere, in milliseconds. */
const togetherMs = 50;
const longMs = 1000;

/** When the tokens came, and whether something on the way held them back to the end. */
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
