import type { SluiceError } from '../../stream/errors.ts';
import type { ErrorAnswer } from '../dialect.ts';
import { retryHeaders } from '../retry-headers.ts';
import { errorAnswer, errorMessage } from './errors.ts';

/**
 * How a client family needs chat and text completions written where families differ. For example, Prediction Guard's
 * clients accept an error only as text inside a whole chunk, and fail on a chunk without choices.
 */
export interface OpenaiForm {
  /** `named object` has the line `event: error` before it, without which langchain4j ends a broken stream as complete. */
  readonly error: 'named object' | 'object' | 'text in a chunk';
  readonly usage: 'own chunk' | 'finish chunk';
}

export const openaiForm: OpenaiForm = { error: 'named object', usage: 'own chunk' };

/** An error before the first byte, in the form of this client family. */
export function errorAnswerIn(form: OpenaiForm, error: SluiceError, requestId: string): ErrorAnswer {
  if (form.error !== 'text in a chunk') return errorAnswer(error, requestId);
  return { status: error.status, body: { error: errorMessage(error, requestId) }, headers: retryHeaders(error) };
}
