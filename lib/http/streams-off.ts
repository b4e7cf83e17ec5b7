import { SluiceError } from '../stream/errors.ts';

/** The refusal of a route that needs durable streams where they are off. */
export function streamsOff(): SluiceError {
  return new SluiceError(
    'invalid_request',
    'Durable streams are off here. The operator can turn them on with `streams: { store: "dynamodb" }` in `sluice.config.ts`.',
  );
}
