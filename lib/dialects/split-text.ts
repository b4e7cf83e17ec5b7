/** The maximum size of the JSON text in one frame, so that the whole frame stays under 16 KiB. */
const maxJsonBytes = 15 * 1024;

/**
 * Splits this text into pieces that each fit in a frame, at code points. Nearly always there is one piece.
 * Hand-written clients fail on lines that are longer than their buffer.
 */
export function pieces(text: string): string[] {
  if (text.length * 6 <= maxJsonBytes) return [text];
  const cut: string[] = [];
  let start = 0;
  let position = 0;
  let bytes = 0;
  for (const character of text) {
    const size = sizeInJson(character);
    if (bytes + size > maxJsonBytes) {
      cut.push(text.slice(start, position));
      start = position;
      bytes = 0;
    }
    bytes += size;
    position += character.length;
  }
  cut.push(text.slice(start));
  return cut;
}

/** The maximum size of this character as UTF-8 inside a JSON string, including escapes. */
function sizeInJson(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return 6;
  // OpenAI streams escape the bracket of `[DONE]`.
  if (character === '[') return 6;
  if (character === '"' || character === '\\') return 2;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
