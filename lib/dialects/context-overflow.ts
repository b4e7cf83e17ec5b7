import type { SluiceError } from '../stream/errors.ts';

/** How each family of clients recognises a full context. Agents compact the conversation when they see these words. */
type Words = 'anthropic' | 'openai' | 'bedrock';

/** Sentences of providers that say it already, and the sentence for those that don't. */
const sentences: Readonly<Record<Words, { known: RegExp; says: string; counted?: (used: number, limit: number) => string }>> = {
  // Claude Code reads the two numbers, and compacts by how far the first exceeds the second.
  anthropic: {
    known: /prompt is too long|exceed context limit/i,
    says: 'prompt is too long',
    counted: (used, limit) => `prompt is too long: ${used} tokens > ${limit} maximum`,
  },
  openai: {
    known: /maximum context length|context window/i,
    says: 'Your input exceeds the context window of this model',
    counted: (used, limit) =>
      `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${used} tokens`,
  },
  bedrock: { known: /input is too long/i, says: 'Input is too long for requested model' },
};

/** The message of an error for this family of clients: the provider's message, preceded by the wording that clients parse. */
export function messageFor(words: Words, { kind, message }: SluiceError): string {
  if (kind !== 'context_length_exceeded') return message;
  const { known, says, counted } = sentences[words];
  if (known.test(message)) return message;
  const counts = countsIn(message);
  return `${counts && counted ? counted(...counts) : says}. ${message}`;
}

/**
 * The tokens that a prompt has and those that a model takes, from a sentence that gives both. The larger number is the
 * prompt's, and the largest below it the model's: OpenAI adds the prompt's parts behind the two.
 */
function countsIn(message: string): [used: number, limit: number] | undefined {
  const numbers = (message.match(/\d{3,}/g) ?? []).map(Number).toSorted((a, b) => b - a);
  const [used = 0] = numbers;
  const limit = numbers.find((number) => number < used);
  return limit === undefined ? undefined : [used, limit];
}
