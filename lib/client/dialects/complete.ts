import { lenientText } from '../../dialects/lenient-fields.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { DecodedEvent } from '../accumulator.ts';
import type { Decoder } from './decoder.ts';
import { OpenBlock } from './open-block.ts';
import { reasonOf } from './words.ts';

/** Anthropic's text completion. Only the last event has a stop_reason. There is no usage. */
export class CompleteDecoder implements Decoder {
  readonly #block = new OpenBlock();
  #started = false;

  *read(completion: JsonObject = {}, event: string | undefined): Generator<DecodedEvent> {
    if (event !== 'completion') return;
    if (!this.#started) yield { type: 'start', id: lenientText(completion.id), model: lenientText(completion.model) };
    this.#started = true;
    const text = lenientText(completion.completion);
    if (text) yield* this.#block.enter('text', { kind: 'text' });
    yield* this.#block.text(text);
    const rawReason = lenientText(completion.stop_reason);
    if (rawReason === '') return;
    yield* this.#block.leave();
    yield { type: 'finish', reason: reasonOf(rawReason), rawReason, usage: {} };
  }
}
