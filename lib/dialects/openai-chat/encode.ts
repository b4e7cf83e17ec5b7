import type { StreamEvent, Usage } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import type { EncodeOptions, Encoder } from '../dialect.ts';
import { done, line, members } from '../openai-data-line.ts';
import { errorMessage, errorObject } from '../openai-errors.ts';
import type { OpenaiForm } from '../openai-form.ts';
import { usageBody } from '../openai-usage.ts';
import { ChoiceWriter } from './choice-writer.ts';
import { type ChatNative, otherChoiceIn } from './wire.ts';

const emptyChoice = '{"index":0,"delta":{},"finish_reason":null}';

/** Chunks in the one spelling that every known client reads. The parts that never change are rendered once. */
export class ChatEncoder implements Encoder {
  readonly #options: EncodeOptions;
  readonly #form: OpenaiForm;
  /** All of a chunk before its own members: `{"id":…,"object":…,"created":…,"model":…`. */
  #head: string;
  #opened = false;
  /** The target's envelope, until its role chunk is written. */
  #start: StreamEvent | undefined;
  readonly #choices = new Map<number, ChoiceWriter>();

  constructor(options: EncodeOptions, form: OpenaiForm) {
    this.#options = options;
    this.#form = form;
    this.#head = this.#headOf(options.id, options.model);
  }

  *open(): Generator<Frame> {
    this.#opened = true;
    yield this.#chunk(emptyChoice);
  }

  *heartbeat(): Generator<Frame> {
    yield this.#chunk(emptyChoice);
  }

  *write(event: StreamEvent): Generator<Frame> {
    if (event.type === 'start') {
      this.#head = this.#headOf(event.id, event.model);
      this.#start = event;
      // A stream that had to be opened early waits with the role for the first content, like everyone's envelope.
      if (!this.#opened) yield* this.#role();
      return;
    }
    if (event.type === 'error') {
      yield this.#error(event);
      yield done;
      return;
    }
    yield* this.#role();
    const other = otherChoiceIn(event);
    if (other) {
      yield* this.#writeChoice(other.choice, other.event);
      return;
    }
    yield* this.#writeChoice(0, event);
    if (event.type === 'finish') {
      if (this.#usageIn('own chunk')) yield line(`${this.#head},"choices":[]${this.#usage(event)}}`);
      yield done;
    }
  }

  *#role(): Generator<Frame> {
    const start = this.#start;
    if (!start) return;
    this.#start = undefined;
    yield* this.#writeChoice(0, start);
  }

  *#writeChoice(index: number, event: StreamEvent): Generator<Frame> {
    let choice = this.#choices.get(index);
    if (!choice) {
      choice = new ChoiceWriter(index, this.#options.request);
      this.#choices.set(index, choice);
    }
    const ofChunk = 'native' in event ? (event.native as ChatNative | undefined)?.chunk : undefined;
    let suffix = members(ofChunk);
    if (event.type === 'finish' && index === 0 && this.#usageIn('finish chunk')) suffix += this.#usage(event);
    for (const written of choice.write(event)) {
      yield this.#chunk(written, suffix);
      suffix = '';
    }
  }

  #error({ error }: Extract<StreamEvent, { type: 'error' }>): Frame {
    const { requestId } = this.#options;
    if (this.#form.error === 'object') return line(JSON.stringify({ error: errorObject(error, requestId) }));
    const text = JSON.stringify(errorMessage(error, requestId));
    return this.#chunk('{"index":0,"delta":{"content":""},"finish_reason":"error"}', `,"error":${text}`);
  }

  #usageIn(place: OpenaiForm['usage']): boolean {
    return this.#options.request.showUsage && this.#form.usage === place;
  }

  #usage({ usage, native }: { usage: Usage; native?: JsonObject }): string {
    return `,"usage":${JSON.stringify(usageBody(usage, (native as ChatNative | undefined)?.usage))}`;
  }

  #headOf(id: string, model: string): string {
    const { created } = this.#options;
    return JSON.stringify({ id, object: 'chat.completion.chunk', created, model }).slice(0, -1);
  }

  #chunk(choice: string, suffix = ''): Frame {
    return line(`${this.#head},"choices":[${choice}]${suffix}}`);
  }
}
