import type { StreamEvent } from '../../stream/events.ts';
import type { Frame } from '../../wire/frame.ts';
import { errorBody } from '../anthropic-messages/errors.ts';
import type { EncodeOptions, Encoder } from '../dialect.ts';
import { pieces } from '../split-text.ts';
import { type Answerer, completion, stopOf, unfinished } from './completion.ts';

const ping: Frame = { event: 'ping', data: '{"type":"ping"}' };

/** Events as completions: the text, then one with the stop reason, or an error and nothing after it. */
export class CompletionEncoder implements Encoder {
  readonly #options: EncodeOptions;
  #answerer: Answerer;

  constructor(options: EncodeOptions) {
    this.#options = options;
    this.#answerer = options;
  }

  open(): Iterable<Frame> {
    return [ping];
  }

  heartbeat(): Iterable<Frame> {
    return [ping];
  }

  *write(event: StreamEvent): Generator<Frame> {
    switch (event.type) {
      case 'start':
        this.#answerer = event;
        break;
      case 'text-delta':
        for (const piece of pieces(event.text)) {
          if (piece) yield frame('completion', completion(this.#answerer, piece, unfinished));
        }
        break;
      case 'finish':
        yield frame('completion', completion(this.#answerer, '', stopOf(event, this.#options.request)));
        break;
      case 'error':
        yield frame('error', errorBody(event.error, this.#options.requestId));
    }
  }
}

function frame(event: string, data: object): Frame {
  return { event, data: JSON.stringify(data) };
}
