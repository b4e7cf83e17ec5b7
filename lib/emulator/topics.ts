/** A run of capitalised words inside a sentence: `New York`; not `I`, nor the word that begins it. */
const name = String.raw`(?<=[^.!?:\s]\s)\p{Lu}[\p{L}\p{N}'’-]+(?: \p{Lu}[\p{L}\p{N}'’-]*)*`;
const word = String.raw`\p{L}[\p{L}\p{N}'’-]*`;
const pairs = [new RegExp(`(${name}),? and (${name})`, 'u'), new RegExp(`(${word}),? and (?:the |a |an )?(${word})`, 'u')];
const singles = [/["“]([^"”]{1,80})["”]/u, new RegExp(`(${name})(?!.*${name})`, 'su'), new RegExp(`(${word})[^\\p{L}]*$`, 'u')];

/** Long prompts are judged by their end, which is where the question is. */
const maxLength = 500;

/** What a prompt is about, by its looks: two things joined by “and”, else what it quotes or names, else its last word. */
export function topics(prompt: string): string[] {
  const end = prompt.slice(-maxLength);
  for (const pattern of [...pairs, ...singles]) {
    const found = pattern.exec(end);
    if (found) return found.slice(1);
  }
  return ['it'];
}
