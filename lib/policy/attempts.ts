import { SluiceError, toSluiceError } from '../stream/errors.ts';
import type { Events, StreamEvent } from '../stream/events.ts';
import { isContent } from './content.ts';

/** One call at one target, made when it is its turn. */
export type Attempt = () => Events;

/** Envelope events that may come before the first content; a provider that sends more is taken at its word. */
const maxHeldEvents = 64;

/**
 * The answer of the first attempt that comes to content. Until then its envelope is held back, so that a failure is
 * not seen and the next attempt may be made; after that nothing is tried again and a failure passes through.
 * Throws the last attempt's failure.
 */
export async function* firstAnswer(attempts: readonly Attempt[]): AsyncGenerator<StreamEvent> {
  for (const [index, attempt] of attempts.entries()) {
    let committed = false;
    try {
      const held: StreamEvent[] = [];
      for await (const event of attempt()) {
        if (committed) {
          yield event;
          continue;
        }
        held.push(event);
        if (!isContent(event) && held.length < maxHeldEvents) continue;
        committed = true;
        yield* held;
      }
      return;
    } catch (thrown) {
      const error = toSluiceError(thrown);
      if (committed || error.retry === 'never' || index === attempts.length - 1) throw error;
    }
  }
  throw new SluiceError('gateway_error', 'No provider is configured for this model.');
}
