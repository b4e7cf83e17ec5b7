/** Joins the text of a second answer to that of a first. */
export interface Stitch {
  /** What may be written now that this has come; throws when it can be seen that the two do not belong together. */
  take(text: string): string;
  /** What is left to write at the end; throws when it never became clear that the two belong together. */
  end(): string;
}

/** An overlap of fewer characters may be chance. */
const minimalOverlap = 24;
/** The longest overlap that is looked for. */
const maximalOverlap = 400;

/**
 * A seam after `delivered`. With `trusted` the second text is known to go on where the first ended. Otherwise it must
 * show that it does: it begins with the last 24 characters or more of what was delivered, or repeats all of it.
 */
export function startStitch(delivered: string, trusted: boolean): Stitch {
  return trusted ? trustedStitch(delivered) : provenStitch(delivered);
}

/** The request left out the white space at the end of what was delivered, so the model may begin with it. */
function trustedStitch(delivered: string): Stitch {
  let skipped = delivered.slice(delivered.trimEnd().length);
  return {
    take(text) {
      let from = 0;
      while (skipped !== '' && from < text.length && text[from] === skipped[0]) {
        skipped = skipped.slice(1);
        from++;
      }
      if (from < text.length) skipped = '';
      return text.slice(from);
    },
    end: () => '',
  };
}

function provenStitch(delivered: string): Stitch {
  let waiting = '';
  let joined = false;

  /** What of `waiting` is new; `undefined` while more is needed to tell. */
  function decide(atEnd: boolean): string | undefined {
    if (waiting.startsWith(delivered)) return waiting.slice(delivered.length);
    const couldRepeat = delivered.startsWith(waiting);
    const tail = delivered.slice(-maximalOverlap);
    let couldOverlap = false;
    for (let length = Math.min(tail.length, maximalOverlap); length >= minimalOverlap; length--) {
      const overlap = tail.slice(-length);
      if (waiting.startsWith(overlap) && !(couldRepeat && !atEnd)) return waiting.slice(length);
      if (overlap.startsWith(waiting)) couldOverlap = true;
    }
    if ((couldRepeat || couldOverlap) && !atEnd) return undefined;
    throw new Error('The second answer does not continue the first.');
  }

  return {
    take(text) {
      if (joined) return text;
      waiting += text;
      const fresh = decide(false);
      if (fresh === undefined) return '';
      joined = true;
      return fresh;
    },
    end() {
      if (joined) return '';
      return decide(true) ?? '';
    },
  };
}
