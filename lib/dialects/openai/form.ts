import type { SluiceError } from '../../stream/errors.ts';
import type { ErrorAnswer } from '../dialect.ts';
import { retryHeaders } from '../retry-headers.ts';
import { errorAnswer, errorMessage } from './errors.ts';

/**
 * How a family of clients wants chat and text completions written where they do not agree. Prediction Guard's clients, for one, take
 * an error only as text, inside a whole chunk, and stumble over a chunk without choices.
 */
export interface OpenaiForm {
  readonly error: 'object' | 'text in a chunk';
  readonly usage: 'own chunk' | 'finish chunk';
}

export const openaiForm: OpenaiForm = { error: 'object', usage: 'own chunk' };

/** A failure before the first byte, as this family of clients wants it. */
export function errorAnswerIn(form: OpenaiForm, error: SluiceError, requestId: string): ErrorAnswer {
  if (form.error === 'object') return errorAnswer(error, requestId);
  return { status: error.status, body: { error: errorMessage(error, requestId) }, headers: retryHeaders(error) };
}
