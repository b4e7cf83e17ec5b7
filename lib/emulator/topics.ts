/** A run of capitalized words inside a sentence: `New York`. Not `I` and not the first word. */
const name = String.raw`(?<=[^.!?:\s]\s)\p{Lu}[\p{L}\p{N}'’-]+(?: \p{Lu}[\p{L}\p{N}'’-]*)*`;
const word = String.raw`\p{L}[\p{L}\p{N}'’-]*`;
const pairs = [new RegExp(`(${name}),? and (${name})`, 'u'), new RegExp(`(${word}),? and (?:the |a |an )?(${word})`, 'u')];
const singles = [/["“]([^"”]{1,80})["”]/u, new RegExp(`(${name})(?!.*${name})`, 'su'), new RegExp(`(${word})[^\\p{L}]*$`, 'u')];

/** For a long prompt only its end counts, because the question is there. */
const maxLength = 500;

/** The topics of a prompt: two things joined by “and”, otherwise what it quotes or names, otherwise the word at its end. */
export function topics(prompt: string): string[] {
  const end = prompt.slice(-maxLength);
  for (const pattern of [...pairs, ...singles]) {
    const found = pattern.exec(end);
    if (found) return found.slice(1);
  }
  return ['it'];
}
