/**
 * How a family of clients wants this dialect written where they do not agree. Prediction Guard's clients, for one, take
 * an error only as text, inside a whole chunk, and stumble over a chunk without choices.
 */
export interface ChatForm {
  readonly error: 'object' | 'text in a chunk';
  readonly usage: 'own chunk' | 'finish chunk';
}

export const openaiForm: ChatForm = { error: 'object', usage: 'own chunk' };
