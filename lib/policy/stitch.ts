/** Joins the text of a second answer to a first answer that broke. */
export interface Stitch {
  /** The new text in this piece, as far as it is known. Throws if the two answers don't belong together. */
  take(text: string): string;
  /** The new text that was still held. Throws if the second answer ended before it could be placed. */
  end(): string;
}

/** A shorter overlap may be chance. */
const minOverlap = 24;
/** How much of the second answer is held while several places are possible. Beyond this it is ambiguous. */
const maxHeld = 4096;
/** More possible places than this indicate periodic text. */
const maxPlaces = 64;
/** A second answer that shares this much of its beginning with the first has started again. */
const restartLength = 12;
/** A second answer whose first characters are the last ones of the first may repeat them. */
const echoLength = 8;

/**
 * A stitch for a request that tells the model to repeat the end of `delivered` and then to continue. The second answer must
 * begin with the last 24 characters or more of `delivered`, or with all of it, and there must be only one place where
 * it fits. Periodic text (table rules, indents, repeated words) fits in many places. That proves nothing, so it
 * throws. The outcome doesn't depend on how the second answer is split into pieces.
 */
export function stitchRepeated(delivered: string): Stitch {
  let held = '';
  let joined = false;
  /** Where in `delivered` the second answer can begin. `undefined` until enough of it is known. */
  let places: number[] | undefined;
  let compared = 0;

  /** The new part of what is held, or `undefined` while the place is still ambiguous. */
  function place(): string | undefined {
    const needed = Math.min(minOverlap, delivered.length);
    if (held.length < needed) return undefined;
    places ??= placesOf(held.slice(0, needed), delivered);
    compared = Math.max(compared, needed);
    places = places.filter((start) => agree(delivered, start, held, compared));
    compared = held.length;
    const complete = places.filter((start) => delivered.length - start <= held.length);
    if (places.length === 0 || complete.length > 1 || held.length > maxHeld) throw ambiguous();
    const [start] = complete;
    return start !== undefined && places.length === 1 ? held.slice(delivered.length - start) : undefined;
  }

  return {
    take(text) {
      if (joined) return text;
      held += text;
      const fresh = place();
      if (fresh === undefined) return '';
      joined = true;
      return fresh;
    },
    end() {
      if (!joined) throw ambiguous();
      return '';
    },
  };
}

/**
 * A stitch for a model that continues its own turn (prefill). Its output is new text unless it starts again or
 * repeats the end of `delivered`, as servers do that ignore the prefill. Then it has to fit as in `stitchRepeated`.
 * The request left out white space at the end of `delivered`, so the model may begin with it.
 */
export function stitchPrefilled(delivered: string): Stitch {
  const skipped = delivered.slice(delivered.trimEnd().length);
  let held = '';
  let chosen: Stitch | undefined;

  function choose(): string {
    if (repeats(held, delivered)) {
      // A short repeat could just as well be the model's next words.
      if (delivered.length < minOverlap) throw ambiguous();
      chosen = stitchRepeated(delivered);
      return chosen.take(held);
    }
    chosen = { take: (text) => text, end: () => '' };
    let from = 0;
    while (from < skipped.length && held[from] === skipped[from]) from++;
    return held.slice(from);
  }

  return {
    take(text) {
      if (chosen) return chosen.take(text);
      held += text;
      return held.length < minOverlap + skipped.length ? '' : choose();
    },
    end() {
      const rest = chosen ? '' : choose();
      return rest + (chosen?.end() ?? '');
    },
  };
}

/** True if the second answer begins like the first, with the end of the first, or with a long piece of it. */
function repeats(second: string, delivered: string): boolean {
  const start = second.trimStart();
  const first = delivered.trimStart();
  const restart = Math.min(restartLength, first.length, start.length);
  if (restart > 0 && first.startsWith(start.slice(0, restart))) return true;
  if (start.length >= minOverlap && delivered.includes(start.slice(0, minOverlap))) return true;
  const end = delivered.trimEnd();
  for (let length = Math.min(minOverlap, end.length, start.length); length >= echoLength; length--) {
    if (start.startsWith(end.slice(-length))) return true;
  }
  return false;
}

/** Every position of `piece` in `text`. Throws for periodic text, which has too many. */
function placesOf(piece: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
    places.push(at);
    if (places.length > maxPlaces) throw ambiguous();
  }
  return places;
}

/**
 * True if `second` equals the text in `first` at `start`, as far as both go. The first `known` characters have
 * already been compared.
 */
function agree(first: string, start: number, second: string, known: number): boolean {
  const overlap = Math.min(first.length - start, second.length);
  return overlap <= known || first.startsWith(second.slice(known, overlap), start + known);
}

function ambiguous(): Error {
  return new Error('The second answer does not provably continue the first.');
}
