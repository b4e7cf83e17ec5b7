/** Prose as tokens: each word with the space before it. Joined, they are the original text. */
export function words(text: string): string[] {
  return text.match(/\s*\S+(?:\s+$)?|\s+$/g) ?? [];
}

/** JSON as tokens: names and values separate from punctuation, as providers split arguments. */
export function pieces(json: string): string[] {
  return json.match(/[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu) ?? [];
}

/** Text as tokens of one to three code points, so that words, emoji and `[DONE]` are split inside. */
export function scraps(text: string): string[] {
  const scraps: string[] = [];
  const points = [...text];
  for (let start = 0, size = 1; start < points.length; start += size, size = (size % 3) + 1) {
    scraps.push(points.slice(start, start + size).join(''));
  }
  return scraps;
}

/** The token count of a text as the provider reports it: its words. */
export function countTokens(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
