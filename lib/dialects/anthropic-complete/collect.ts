import type { StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Collector, EncodeOptions } from '../dialect.ts';
import { type Answerer, completion, stopOf, unfinished } from './completion.ts';

/** Events as one whole completion. */
export class CompletionCollector implements Collector {
  readonly #options: EncodeOptions;
  #answerer: Answerer;
  #text = '';
  #stop = unfinished;

  constructor(options: EncodeOptions) {
    this.#options = options;
    this.#answerer = options;
  }

  write(event: StreamEvent): void {
    if (event.type === 'start') this.#answerer = event;
    if (event.type === 'text-delta') this.#text += event.text;
    if (event.type === 'finish') this.#stop = stopOf(event, this.#options.request);
  }

  body(): JsonObject {
    return completion(this.#answerer, this.#text, this.#stop);
  }
}
