import { SluiceError } from '../../stream/errors.ts';

/**
 * Refuses checks of an answer that is to be streamed: they need all of it. In Prediction Guard's own words, since only
 * its clients send this. Throws `invalid_request`.
 */
export function refuseStreamedChecks({ stream, output }: { stream?: boolean | undefined; output?: unknown }): void {
  if (!stream || !output) return;
  const message = 'Factuality and toxicity checks are not supported when streaming is enabled.';
  throw new SluiceError('invalid_request', message, { param: 'output' });
}
