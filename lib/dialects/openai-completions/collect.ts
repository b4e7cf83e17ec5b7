import type { StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Collector, EncodeOptions } from '../dialect.ts';
import { type ChunkPassthrough, joinLogprobs, otherChoiceIn } from '../openai/passthrough.ts';
import { usageBody } from '../openai/usage.ts';
import { wireCompletionReason } from './choice-writer.ts';

/** Folds an answer into one `text_completion`. */
export class CompletionCollector implements Collector {
  readonly #options: EncodeOptions;
  #id: string;
  #model: string;
  #unknownFields: JsonObject = {};
  #usage: JsonObject = usageBody({}, undefined);
  readonly #choices = new Map<number, JsonObject & { text: string }>();

  constructor(options: EncodeOptions) {
    this.#options = options;
    this.#id = options.id;
    this.#model = options.model;
  }

  write(event: StreamEvent): void {
    const other = otherChoiceIn(event);
    if (other) {
      this.#take(other.choice, other.event);
      return;
    }
    if (event.type === 'start') {
      this.#id = event.id;
      this.#model = event.model;
    }
    this.#take(0, event);
    if (event.type === 'finish') this.#usage = usageBody(event.usage, (event.passthrough as ChunkPassthrough | undefined)?.usage);
  }

  body(): JsonObject {
    const choices = [...this.#choices.values()].sort((a, b) => Number(a.index) - Number(b.index));
    const { created } = this.#options;
    return {
      ...this.#unknownFields,
      id: this.#id,
      object: 'text_completion',
      created,
      model: this.#model,
      choices,
      usage: this.#usage,
    };
  }

  #take(index: number, event: StreamEvent): void {
    const choice = this.#choices.get(index) ?? { index, text: '' };
    this.#choices.set(index, choice);
    const passthrough = 'passthrough' in event ? (event.passthrough as ChunkPassthrough | undefined) : undefined;
    Object.assign(this.#unknownFields, passthrough?.chunk);
    const logprobs = joinLogprobs(choice.logprobs, passthrough?.choice?.logprobs);
    Object.assign(choice, passthrough?.choice, logprobs !== undefined && { logprobs });
    if (event.type === 'text-delta') choice.text += event.text;
    if (event.type === 'finish') choice.finish_reason = wireCompletionReason(event.reason, event.rawReason);
  }
}
