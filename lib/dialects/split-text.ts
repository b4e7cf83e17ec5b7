/** What JSON text of one frame may take, so that the whole frame stays under 16 KiB. */
const maxJsonBytes = 15 * 1024;

/**
 * This text in pieces that each fit in a frame, cut between code points; nearly always it is one piece. Hand-written
 * clients stop reading at a line that is longer than their buffer.
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

/** The most that this character takes as UTF-8 inside a JSON string, escapes included. */
function sizeInJson(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return 6;
  // Streams in OpenAI's manner escape the bracket of `[DONE]`.
  if (character === '[') return 6;
  if (character === '"' || character === '\\') return 2;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
