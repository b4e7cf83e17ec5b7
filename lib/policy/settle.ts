import { concealError } from '../secrets/conceal.ts';
import { toSluiceError } from '../stream/errors.ts';
import type { Events, StreamEvent } from '../stream/events.ts';

/** The same events, but a failure is the last of them, without secrets: after this, a stream cannot fail. */
export async function* settle(events: Events): AsyncGenerator<StreamEvent> {
  try {
    yield* events;
  } catch (thrown) {
    yield { type: 'error', error: concealError(toSluiceError(thrown)) };
  }
}
