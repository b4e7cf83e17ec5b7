import type { StreamEvent, Usage } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { Frame } from '../../wire/frame.ts';
import type { EncodeOptions, Encoder } from '../dialect.ts';
import { done, line, steadyMembers } from './data-line.ts';
import { errorMessage, errorObject } from './errors.ts';
import type { OpenaiForm } from './form.ts';
import { type ChunkPassthrough, otherChoiceIn } from './passthrough.ts';
import { usageBody } from './usage.ts';

/** The differences between chat completions and text completions. Entries of `choices` are pieces of JSON. */
export interface ChunkKind {
  /** The `object` of a chunk. */
  readonly object: string;
  /** An entry without content. */
  readonly silence: string;
  /** The entry next to an error, for clients that only see errors there. */
  readonly failed: string;
  choice(index: number, request: ModelRequest): ChoiceWriter;
}

/** Writes the events of one answer as entries of `choices`. None for an event that the dialect can't show. */
export interface ChoiceWriter {
  write(event: StreamEvent): string[];
}

/** Chunks in the one form that every known client reads. The constant parts are rendered once. */
export class ChunkEncoder implements Encoder {
  readonly #options: EncodeOptions;
  readonly #form: OpenaiForm;
  readonly #kind: ChunkKind;
  /** The part of a chunk before its own members: `{"id":…,"object":…,"created":…,"model":…`. */
  #head: string;
  #opened = false;
  /** The envelope of the target, until it is written. */
  #start: StreamEvent | undefined;
  /** Members of an unwritten chunk whose event has no form here. The next chunk includes them. */
  #waiting: JsonObject | undefined;
  readonly #membersOf = steadyMembers();
  readonly #choices = new Map<number, ChoiceWriter>();

  constructor(options: EncodeOptions, form: OpenaiForm, kind: ChunkKind) {
    this.#options = options;
    this.#form = form;
    this.#kind = kind;
    this.#head = this.#headOf(options.id, options.model);
  }

  open(): Frame[] {
    this.#opened = true;
    return [this.#chunk(this.#kind.silence)];
  }

  heartbeat(): Frame[] {
    return [this.#chunk(this.#kind.silence)];
  }

  write(event: StreamEvent): Frame[] {
    if (event.type === 'start') {
      this.#head = this.#headOf(event.id, event.model);
      this.#start = event;
      // If a stream had to be opened early, the role waits for the first content, like every envelope.
      return this.#opened ? [] : this.#envelope();
    }
    if (event.type === 'error') return [this.#error(event), done];
    const frames = this.#envelope();
    const other = otherChoiceIn(event);
    if (other) this.#writeChoice(other.choice, other.event, frames);
    else this.#writeChoice(0, event, frames);
    if (event.type === 'finish') {
      if (this.#usageIn('own chunk')) frames.push(line(`${this.#head},"choices":[]${this.#usage(event)}}`));
      frames.push(done);
    }
    return frames;
  }

  #envelope(): Frame[] {
    const frames: Frame[] = [];
    const start = this.#start;
    this.#start = undefined;
    if (start) this.#writeChoice(0, start, frames);
    return frames;
  }

  #writeChoice(index: number, event: StreamEvent, frames: Frame[]): void {
    let choice = this.#choices.get(index);
    if (!choice) {
      choice = this.#kind.choice(index, this.#options.request);
      this.#choices.set(index, choice);
    }
    const ofChunk = 'passthrough' in event ? (event.passthrough as ChunkPassthrough | undefined)?.chunk : undefined;
    if (ofChunk) this.#waiting = this.#waiting ? { ...this.#waiting, ...ofChunk } : ofChunk;
    const usage = event.type === 'finish' && index === 0 && this.#usageIn('finish chunk') ? this.#usage(event) : '';
    const written = choice.write(event);
    if (written.length === 0) return;
    let suffix = this.#membersOf(this.#waiting) + usage;
    this.#waiting = undefined;
    for (const entry of written) {
      frames.push(this.#chunk(entry, suffix));
      suffix = usage;
    }
  }

  #error({ error }: Extract<StreamEvent, { type: 'error' }>): Frame {
    const { requestId } = this.#options;
    if (this.#form.error === 'text in a chunk') {
      return this.#chunk(this.#kind.failed, `,"error":${JSON.stringify(errorMessage(error, requestId))}`);
    }
    const object = line(JSON.stringify({ error: errorObject(error, requestId) }));
    return this.#form.error === 'named object' ? { event: 'error', ...object } : object;
  }

  #usageIn(place: OpenaiForm['usage']): boolean {
    return this.#options.request.showUsage && this.#form.usage === place;
  }

  #usage({ usage, passthrough }: { usage: Usage; passthrough?: JsonObject }): string {
    return `,"usage":${JSON.stringify(usageBody(usage, (passthrough as ChunkPassthrough | undefined)?.usage))}`;
  }

  #headOf(id: string, model: string): string {
    const { created } = this.#options;
    return JSON.stringify({ id, object: this.#kind.object, created, model }).slice(0, -1);
  }

  #chunk(choice: string, suffix = ''): Frame {
    return line(`${this.#head},"choices":[${choice}]${suffix}}`);
  }
}
