import { SluiceError } from '../../stream/errors.ts';

/**
 * Rejects checks of a streamed answer, because the checks need the whole answer. Uses Prediction Guard's own message,
 * because only its clients send this. Throws `invalid_request`.
 */
export function refuseStreamedChecks({ stream, output }: { stream?: boolean | undefined; output?: unknown }): void {
  if (!stream || !output) return;
  const message = 'Factuality and toxicity checks are not supported when streaming is enabled.';
  throw new SluiceError('invalid_request', message, { param: 'output' });
}
